"""Generations of CMA-ES and of CMA-ES with margin, for test/samplers/cmaes-update.test.ts and cmaes.test.ts.

    python -m venv venv && venv/bin/pip install cmaes==0.13.1 optuna==5.0.0 && venv/bin/python test/golden/make-cmaes.py > test/golden/cmaes.json

Each case: the samples of every generation, the best one first, and the distribution after it. "steps" is the number of
values of each axis, which share the unit interval equally; 0: continuous. "runs": the best values after 100 and after 300
trials of Optuna's CmaEsSampler with margin, by seed, on the functions of test/samplers/cmaes.test.ts.
"""
import json, warnings
import numpy as np
import optuna
from cmaes import CMA, CMAwM

def ellipsoid(x):
    scales = 10.0 ** np.linspace(0, 2, len(x))
    turned = x - 0.3 + 0.5 * (np.roll(x, 1) - 0.6)
    return float(np.sum(scales * turned**2))

def state(cma):
    return {"mean": cma._mean.tolist(), "sigma": float(cma._sigma), "covariance": cma._C.ravel().tolist(),
            "sigmaPath": cma._p_sigma.tolist(), "covariancePath": cma._pc.tolist()}

def plain(dimensions, population, generations, seed):
    cma = CMA(mean=np.full(dimensions, 0.5), sigma=1 / 6, population_size=population, seed=seed)
    steps = []
    for _ in range(generations):
        points = [cma._sample_solution() for _ in range(cma.population_size)]
        solutions = sorted(((x, ellipsoid(x)) for x in points), key=lambda s: s[1])
        cma.tell(list(solutions))
        steps.append({"points": [x.tolist() for x, _ in solutions], "after": state(cma)})
    return {"dimensions": dimensions, "population": cma.population_size, "generations": steps}

def margin(counts, generations, seed):
    widths = np.array([1 / c if c else 0 for c in counts])
    bounds = np.array([[w / 2, 1 - w / 2] for w in widths])
    cma = CMAwM(mean=np.full(len(counts), 0.45), sigma=1 / 6, bounds=bounds, steps=widths, seed=seed)
    steps = []
    for _ in range(generations):
        points = [cma.ask() for _ in range(cma.population_size)]
        solutions = sorted(((raw, ellipsoid(value)) for value, raw in points), key=lambda s: s[1])
        values = {tuple(raw): value.tolist() for value, raw in points}
        cma.tell([(raw.copy(), loss) for raw, loss in solutions])
        steps.append({"points": [raw.tolist() for raw, _ in solutions], "values": [values[tuple(raw)] for raw, _ in solutions],
                      "after": {**state(cma._cma), "stretch": cma._A.tolist()}})
    return {"counts": counts, "population": cma.population_size, "generations": steps}

cases = {
    "plain": [plain(2, None, 12, 1), plain(5, None, 15, 2), plain(10, 7, 8, 3), plain(1, None, 6, 4), plain(3, 40, 5, 5)],
    "margin": [margin([0, 2, 5, 30, 0], 25, 6), margin([3, 4, 2], 20, 7)],
}
optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

def rosenbrock(trial):
    x = [trial.suggest_float(f"x{i}", -2, 3) for i in range(4)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))

def stepped(trial):
    x = [trial.suggest_float(f"x{i}", -5, 5) for i in range(3)] + [trial.suggest_int(f"x{i}", -10, 10) for i in range(3, 6)]
    goal = [1.3, -2.1, 0.4, 4, -7, 2]
    turned = [a - b + 0.3 * (c - d) for a, b, c, d in zip(x, goal, x[1:] + x[:1], goal[1:] + goal[:1])]
    return sum(10 ** (i / 3) * t * t for i, t in enumerate(turned))

def run(function, seed):
    study = optuna.create_study(sampler=optuna.samplers.CmaEsSampler(seed=seed, with_margin=True))
    study.optimize(function, n_trials=300)
    values = [t.value for t in study.trials]
    return min(values[:100]), min(values)

runs = {function.__name__: [run(function, seed) for seed in range(20)] for function in (rosenbrock, stepped)}
cases["runs"] = {name: {"after100": [a for a, _ in r], "after300": [b for _, b in r]} for name, r in runs.items()}
print(json.dumps(cases, separators=(",", ":")))
