"""Optuna's hypervolumes, ranks and choices of good trials with several objectives, for test/study/pareto.test.ts.

    python -m venv venv && venv/bin/pip install optuna==5.0.0 && venv/bin/python test/golden/make-pareto.py > test/golden/pareto.json

Half of the points lie on a coarse grid, so that some are equal and many tie in an objective. "good" are the trials that
TPESampler takes for good examples.
"""
import json, random, warnings
import numpy as np
import optuna
from optuna._hypervolume import compute_hypervolume
from optuna.samplers._tpe import sampler as tpe
from optuna.study._multi_objective import _fast_non_domination_rank
from optuna.trial import create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
random = random.Random(1)

def case(objectives, count, coarse, shift):
    draw = (lambda: random.randrange(6) / 4) if coarse else (lambda: round(random.gauss(0.5, 0.5), 6))
    points = [[draw() + shift for _ in range(objectives)] for _ in range(count)]
    losses = np.array(points)
    reference = [float(v) for v in np.max(losses, axis=0) + 0.25]
    study = optuna.create_study(directions=["minimize"] * objectives)
    study.add_trials([create_trial(values=point) for point in points])
    below = sorted({1, count // 10 + 1, count // 3, 2 * count // 3})
    good = [[t.number for t in tpe._split_trials(study, study.trials, n)[0]] for n in below]
    return {
        "points": points,
        "reference": reference,
        "hypervolume": float(compute_hypervolume(losses, np.array(reference))),
        "ranks": [int(r) for r in _fast_non_domination_rank(losses)],
        "good": [{"count": n, "trials": trials} for n, trials in zip(below, good)],
    }

cases = [
    case(objectives, count, coarse, shift)
    for objectives in [2, 3, 4, 5]
    for count in [1, 2, 7, 30, 60]
    for coarse in [False, True]
    for shift in [0, -2]
]
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
