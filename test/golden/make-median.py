"""Verdicts of Optuna's MedianPruner on random learning curves, for test/pruners/median.test.ts.

    python -m venv venv && venv/bin/pip install optuna==5.0.0 && venv/bin/python test/golden/make-median.py > test/golden/median.json

Half of the studies have values on a coarse grid (ties are frequent, means of two exact), half have any values. Curves
miss steps, some hold NaN, and not every trial is complete. No infinities: next to one, NumPy's percentile is NaN.
"""
import json, math, random, warnings
import optuna
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
random = random.Random(1)

def value(coarse, shift):
    if random.random() < 0.06:
        return math.nan
    v = random.gauss(shift, 1)
    return round(v * 8) / 8 if coarse else float(f"{v:.6g}")

def curve(coarse, shift=0):
    density = random.choice([1, 1, 0.7])
    return [[step, value(coarse, shift)] for step in range(1, 1 + random.randint(0, 9)) if random.random() < density]

def text(v):
    return "NaN" if math.isnan(v) else v

def plain(points):
    return [[step, text(v)] for step, v in points]

def scenario(index):
    coarse = index % 2 == 0
    direction = "maximize" if index % 4 == 0 else "minimize"
    knobs = {
        "startupTrials": random.choice([0, 0, 1, 3, 5]),
        "warmupSteps": random.choice([0, 0, 1, 3]),
        "intervalSteps": random.choice([1, 1, 2, 3, 4]),
        "minTrials": random.choice([1, 1, 1, 2, 4]),
    }
    pruner = optuna.pruners.MedianPruner(
        knobs["startupTrials"], knobs["warmupSteps"], knobs["intervalSteps"], n_min_trials=knobs["minTrials"])
    study = optuna.create_study(direction=direction, pruner=pruner)
    history = []
    for _ in range(random.randint(0, 9)):
        state = random.choice(["complete"] * 4 + ["pruned", "failed"])
        points = curve(coarse)
        trial_state = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL}[state]
        study.add_trial(create_trial(
            state=trial_state, value=0.5 if state == "complete" else None, intermediate_values=dict(points)))
        history.append({"state": state, "curve": plain(points)})
    trial = study.ask()
    # Most trials are a little worse than the others.
    shift = 0.7 if direction == "minimize" else -0.7
    points, verdicts = curve(coarse, shift), []
    for step, v in points:
        trial.report(v, step)
        verdicts.append(bool(trial.should_prune()))
    return {"direction": direction, "knobs": knobs, "history": history, "curve": plain(points), "stop": verdicts}

scenarios = [scenario(index) for index in range(300)]
print("[\n" + ",\n".join(json.dumps(s, separators=(",", ":")) for s in scenarios) + "\n]")
