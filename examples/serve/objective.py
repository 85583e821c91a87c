"""Tunes a function written in Python. Run it where tfjs-tune is installed: python3 objective.py"""
import json, subprocess, sys

command = sys.argv[1:] or ["npx", "tune", "serve"]
server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

def call(op, **keys):
    server.stdin.write(json.dumps({"op": op, **keys}) + "\n")
    answer = json.loads(server.stdout.readline())
    if "error" in answer: raise RuntimeError(answer["error"]["message"])
    return answer

call("study", pruner="median", space={"rate": {"type": "float", "low": 1e-3, "high": 1, "log": True},
                                      "momentum": {"type": "float", "low": 0, "high": 0.99}})
for _ in range(50):
    trial = call("ask")
    rate, momentum, x, speed, verdict = trial["config"]["rate"], trial["config"]["momentum"], 5.0, 0.0, "continue"
    for step in range(1, 31):  # descends from 5 along x^2 / 2
        speed = momentum * speed - rate * x
        x += speed
        verdict = call("report", id=trial["id"], step=step, value=x * x / 2)["verdict"]
        if verdict == "stop": break
    call("tell", id=trial["id"], value=x * x / 2, state="pruned" if verdict == "stop" else "complete")
best = call("best")["trials"][0]
print(f"best of 50: {best['value']:.3g} with {best['config']}")
server.stdin.close()
