"""Optuna's TPESampler, with SciPy's numbers beside it, for test/samplers/{tpe,parzen,split-trials}.test.ts.

    python -m venv venv && venv/bin/pip install optuna==5.0.0 scipy==1.17.1 && venv/bin/python test/golden/make-tpe.py > test/golden/tpe.json

"densities": Optuna's estimator over random observations: logarithms of the density (of the mass, for whole numbers and
steps) at random points, checked against SciPy's truncnorm here; weights of the kernels, and their widths in units of the
whole interval. "splits": which trials Optuna takes for good ones.
"runs": the best value after 50 and after 100 trials with the default sampler, for each seed.
"""
import json, math, random, warnings
import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe import sampler as tpe
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.trial import TrialState, create_trial
from scipy.stats import truncnorm

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
random = random.Random(1)
# Of equal observations, the first one counts as the lower neighbour; NumPy's fast sort has them in any order.
argsort = np.argsort
np.argsort = lambda values, **options: argsort(values, **{**options, "kind": "stable"})
rng = np.random.RandomState(1)

# The same as in the tests.
space = {
    "linear": FloatDistribution(-3, 5),
    "log": FloatDistribution(1e-5, 1, log=True),
    "grid": FloatDistribution(0, 0.5, step=0.1),
    "int": IntDistribution(-4, 60, step=4),
    "logInt": IntDistribution(1, 300, log=True),
    "fine": FloatDistribution(0, 1, step=0.001),
    "wideInt": IntDistribution(1, 100_000, log=True),
    "kind": CategoricalDistribution([0, 1, 2, 3]),
}

def value(distribution):
    if isinstance(distribution, CategoricalDistribution):
        return random.randrange(len(distribution.choices))
    low, high, step = distribution.low, distribution.high, distribution.step
    if distribution.log:
        drawn = math.exp(random.uniform(math.log(low), math.log(high)))
        return round(drawn) if isinstance(distribution, IntDistribution) else float(f"{drawn:.9g}")
    if step is None:
        return float(f"{random.uniform(low, high):.9g}")
    return round(low + step * random.randrange(round((high - low) / step) + 1), 9)

parameters = _ParzenEstimatorParameters(1.0, True, False, tpe.default_weights, True)

def edges(d):
    low, high = d.adapted_low, d.adapted_high
    return low, high

def scipy_log(d, x):
    """Of each kernel at a value, by SciPy."""
    low, high = edges(d)
    a, b = (low - d.mu) / d.sigma, (high - d.mu) / d.sigma
    warp = np.log if d.is_log else (lambda v: v)
    if d.step == 0:
        return truncnorm.logpdf(warp(x), a, b, loc=d.mu, scale=d.sigma)
    cdf = lambda v: truncnorm.cdf(warp(v), a, b, loc=d.mu, scale=d.sigma)
    return np.log(np.maximum(cdf(x + d.step / 2) - cdf(x - d.step / 2), 1e-300))

def densities(names, count):
    part = {name: space[name] for name in names}
    seen = [{name: value(d) for name, d in part.items()} for _ in range(count)]
    if count > 3:
        seen[3] = seen[1]
    points = [{name: value(d) for name, d in part.items()} for _ in range(6)]
    columns = lambda rows: {name: np.array([row[name] for row in rows], dtype=float) for name in part}
    estimator = _ParzenEstimator(columns(seen), part, parameters)
    logs = estimator.log_pdf(columns(points))
    mixture = estimator._mixture_distribution
    # Densities on the unit scale do not know how long the intervals are.
    shift = 0.0
    for d in mixture.distributions:
        if hasattr(d, "mu") and d.step == 0:
            low, high = edges(d)
            shift += math.log(high - low)
    for row, log in zip(points, logs):
        sums = np.log(mixture.weights)
        for d, name in zip(mixture.distributions, names):
            sums = sums + (scipy_log(d, row[name]) if hasattr(d, "mu") else np.log(d.weights[:, row[name]]))
        assert abs(np.logaddexp.reduce(sums) - log) < 1e-8 * max(1, abs(log)), (names, count, np.logaddexp.reduce(sums), log)
    widths = {name: (d.sigma / (edges(d)[1] - edges(d)[0])).tolist() for name, d in zip(names, mixture.distributions) if hasattr(d, "mu")}
    return {"names": names, "seen": seen, "points": points, "logs": [float(log + shift) for log in logs],
            "weights": mixture.weights.tolist(), "widths": widths}

def split(index):
    study = optuna.create_study()
    history = []
    for number in range(random.choice([0, 1, 5, 11, 30, 60, 280 if index == 0 else 30])):
        state = random.choice(["complete"] * (1 if index % 2 else 6) + ["pruned"] * 3 + ["failed", "running"])
        steps = sorted(random.sample(range(1, 6), random.randint(0, 3)))
        curve = [[step, random.choice([math.nan, round(random.gauss(0, 1), 1)])] for step in steps]
        loss = round(random.gauss(0, 1), 3)
        states = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL, "running": TrialState.RUNNING}
        study.add_trial(create_trial(
            state=states[state], value=loss if state == "complete" else None, intermediate_values=dict(curve)))
        history.append({"state": state, "value": loss, "curve": [[s, "NaN" if math.isnan(v) else v] for s, v in curve]})
    trials = [t for t in study.trials if t.state != TrialState.FAIL]
    n = sum(t.state != TrialState.RUNNING for t in trials)
    good, bad = tpe._split_trials(study, trials, tpe.default_gamma(n))
    return {"history": history, "good": [t.number for t in good], "bad": [t.number for t in bad]}

def branin(t):
    x, y = t.suggest_float("x", -5, 10), t.suggest_float("y", 0, 15)
    return (y - 5.1 * x**2 / (4 * math.pi**2) + 5 * x / math.pi - 6)**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10

A = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]])
P = 1e-4 * np.array([[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
                     [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]])

def hartmann6(t):
    x = np.array([t.suggest_float(f"x{i}", 0, 1) for i in range(6)])
    return float(-np.sum(np.array([1, 1.2, 3, 3.2]) * np.exp(-np.sum(A * (x - P)**2, axis=1))))

def network(t):
    """Like the loss of a network: kinds with parameters of their own, whole numbers, log scales."""
    optimizer = t.suggest_categorical("optimizer", ["sgd", "adam", "rmsprop"])
    units = t.suggest_int("units", 8, 512, log=True)
    layers = t.suggest_int("layers", 1, 5)
    l2 = t.suggest_float("l2", 1e-6, 1e-1, log=True)
    loss = 0.05 * (math.log2(units) - 6.5)**2 + 0.1 * abs(layers - 3) + 0.04 * (math.log10(l2) + 3.7)**2
    if optimizer == "sgd":
        rate, momentum = t.suggest_float("rate", 1e-4, 1, log=True), t.suggest_float("momentum", 0, 0.99)
        return loss + 0.3 * (math.log10(rate) + 1 + 2 * (momentum - 0.5))**2 + 2 * (momentum - 0.8)**2
    if optimizer == "adam":
        return loss + 0.1 + 0.2 * (math.log10(t.suggest_float("adamRate", 1e-5, 1e-1, log=True)) + 3)**2
    return loss + 0.2 + 0.2 * (t.suggest_float("decay", 0, 1) - 0.6)**2

def runs(objective, seeds):
    after = {50: [], 100: []}
    for seed in range(seeds):
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(objective, n_trials=100)
        values = [t.value for t in study.trials]
        for count, list in after.items():
            list.append(float(f"{min(values[:count]):.8g}"))
    return {"after50": after[50], "after100": after[100]}

seeds = 100
lists = [[name] for name in space] + [list(space)]
result = {
    "densities": [densities(names, count) for names in lists for count in [0, 1, 2, 26, 70]],
    "splits": [split(index) for index in range(40)],
    "runs": {f.__name__: runs(f, seeds) for f in [branin, hartmann6, network]},
}
for key in ["densities", "splits"]:
    result[key] = [json.dumps(entry, separators=(",", ":")) for entry in result[key]]
print("{")
for key in ["densities", "splits"]:
    print(f'"{key}": [\n' + ",\n".join(result[key]) + "\n],")
print('"runs": ' + json.dumps(result["runs"]) + "\n}")
