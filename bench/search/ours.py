"""tfjs-tune behind the rivals' interface: a child process that answers lines of JSON, one study after the other."""

import json
import os
import subprocess

CLI = os.environ.get("SEARCH_CLI", os.path.join(os.path.dirname(__file__), "../../dist/cli/main.js"))


class Server:
    """`tune serve`. One for all studies: its start is no part of a sampler's time."""

    def __init__(self):
        self.planned = None
        self.child = subprocess.Popen(["node", CLI, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(self, op: str, **keys) -> dict:
        self.child.stdin.write(json.dumps({"op": op, **keys}) + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        answer = json.loads(line) if line else {"error": {"message": f"tune serve ended at {op}"}}
        if "error" in answer:
            raise RuntimeError(f"{op}: {answer['error']}")
        return answer

    def takes_planned(self) -> bool:
        """Whether a study can be told how many trials there will be."""
        if self.planned is None:
            try:
                self.call("study", space={"x": {"type": "float", "low": 0, "high": 1}}, planned=1)
                self.call("close")
                self.planned = True
            except RuntimeError:
                self.planned = False
        return self.planned

    def end(self) -> None:
        self.child.stdin.close()
        self.child.wait()


class Ours:
    """A study of `tune serve`. Its sampler's time includes the way through the pipe."""

    def __init__(self, server: Server, params: dict[str, dict], seed: int, sampler, trials: int | None, pruner="none"):
        self.server = server
        study = {"space": params, "seed": seed, "sampler": sampler, "pruner": pruner}
        server.call("study", **study, **({"planned": trials} if trials and server.takes_planned() else {}))

    def ask(self) -> dict:
        answer = self.server.call("ask")
        self.id = answer["id"]
        return answer["config"]

    def report(self, step: int, value: float) -> bool:
        """Whether the trial should go on."""
        return self.server.call("report", id=self.id, step=step, value=value)["verdict"] == "continue"

    def tell(self, value: float) -> None:
        self.server.call("tell", id=self.id, value=value)

    def prune(self) -> None:
        self.server.call("tell", id=self.id, state="pruned")

    def close(self) -> None:
        self.server.call("close")
