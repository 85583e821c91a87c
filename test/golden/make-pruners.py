"""Verdicts of Optuna's pruners in random studies, for test/pruners/optuna.test.ts.

    python -m venv venv && venv/bin/pip install optuna==5.0.0 scipy==1.17.1 && venv/bin/python test/golden/make-pruners.py > test/golden/pruners.json

A study is a list of events in order: [trial, step, value, whether Optuna would stop it], or [trial, state, value] at its
end. Up to three trials run at once; values are often on a coarse grid, so that ties are frequent, and some are NaN. Steps
have gaps, but for successive halving none that two rungs fit in: there Optuna's answer depends on more than the curves.
"""
import json, math, random, warnings
import optuna
from optuna.pruners import *

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
random = random.Random(2)

def pick(*choices):
    return random.choice(choices)

def make(name):
    intervals = {"warmupSteps": pick(0, 0, 1, 3), "intervalSteps": pick(1, 1, 2, 3)}
    if name == "percentile":
        k = {"percentile": pick(0, 10, 25, 30, 40, 62.5, 75, 100), "startupTrials": pick(0, 1, 3), "minTrials": pick(1, 1, 2), **intervals}
        return k, PercentilePruner(k["percentile"], k["startupTrials"], k["warmupSteps"], k["intervalSteps"], n_min_trials=k["minTrials"])
    if name == "asha":
        k = {"minResource": pick(1, 1, 2, 3), "reductionFactor": pick(2, 3, 4), "minEarlyStoppingRate": pick(0, 0, 1), "bootstrapCount": pick(0, 0, 2)}
        return k, SuccessiveHalvingPruner(*k.values())
    if name == "hyperband":
        k = {"minResource": pick(1, 1, 2), "maxResource": pick(8, 9, 27), "reductionFactor": pick(2, 3), "bootstrapCount": pick(0, 0, 1)}
        return k, HyperbandPruner(*k.values())
    if name == "patient":
        k = {"pruner": {"median": {"startupTrials": 1}}, "patience": pick(0, 1, 2), "minDelta": pick(0, 0, 0.25)}
        return k, PatientPruner(MedianPruner(1), k["patience"], k["minDelta"])
    if name == "threshold":
        k = pick({"lower": -1}, {"upper": 1}, {"lower": -1.5, "upper": 0.75}) | intervals
        return k, ThresholdPruner(k.get("lower"), k.get("upper"), k["warmupSteps"], k["intervalSteps"])
    if name == "wilcoxon":
        # Below 14 steps with ties, SciPy counts all 2^n signs, one by one.
        k = {"pThreshold": pick(0.1, 0.1, 0.3), "startupSteps": pick(0, 2, 4, 14, 14)}
        return k, WilcoxonPruner(p_threshold=k["pThreshold"], n_startup_steps=k["startupSteps"])

def study(name):
    direction = pick("minimize", "maximize")
    sign = 1 if direction == "minimize" else -1
    coarse = pick(8, 8, None)
    knobs, pruner = make(name)
    study = optuna.create_study(study_name="study", direction=direction, pruner=pruner)
    nan = pick(0, 0.04)
    last = 14 if name != "wilcoxon" else 60 if coarse is None or knobs["startupSteps"] == 14 else 8
    gaps = name not in ("asha", "hyperband") and pick(True, False)
    events, running, asked = [], [], 0
    while asked < 14 or running:
        if asked < 14 and len(running) < 3 and pick(True, False):
            trial = study.ask()
            asked += 1
            running.append({"trial": trial, "step": 0, "shift": random.gauss(0, 0.5), "last": random.randint(0, last), "values": []})
            continue
        if not running:
            continue
        one = random.choice(running)
        trial, number = one["trial"], one["trial"].number
        if one["step"] >= one["last"]:
            running.remove(one)
            state = pick("complete", "complete", "complete", "failed")
            value = sum(one["values"]) / max(1, len(one["values"]))
            if state == "complete" and math.isfinite(value):
                study.tell(trial, value)
                events.append([number, "complete", value])
            else:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
                events.append([number, "failed", None])
            continue
        one["step"] += pick(1, 1, 1, 2) if gaps else 1
        v = sign * (one["shift"] + random.gauss(1, 0.7) / (1 + one["step"] / 3))
        v = math.nan if random.random() < nan else round(v * coarse) / coarse if coarse else float(f"{v:.6g}")
        one["values"].append(v)
        trial.report(v, one["step"])
        stop = bool(trial.should_prune())
        events.append([number, one["step"], "NaN" if math.isnan(v) else v, stop])
        if stop:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            running.remove(one)
            events.append([number, "pruned", None])
    return {"pruner": name, "direction": direction, "knobs": knobs, "events": events}

names = ["percentile", "asha", "hyperband", "patient", "threshold", "wilcoxon"]
studies = [study(name) for name in names for _ in range(20)]
print("[\n" + ",\n".join(json.dumps(s, separators=(",", ":")) for s in studies) + "\n]")
