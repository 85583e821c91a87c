"""Gaussian processes by SciPy and mpmath, for test/samplers/gp*.test.ts and test/samplers/log-ei.test.ts.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 mpmath && venv/bin/python test/golden/make-gp.py > test/golden/gp.json

"gain": h(z) = phi(z) + z Phi(z), its logarithm and that logarithm's slope, with 60 digits. "process": points, of which the
last coordinate is unordered, values, a kernel; the log marginal likelihood by SciPy's multivariate normal distribution with
its slopes by differences, and the posterior by NumPy's solver. "fit": the kernel at the highest posterior, with Optuna's
priors, by SciPy's L-BFGS-B from several starts. "warps": SciPy's Yeo-Johnson transformation, standardized.
"""
import json
import mpmath
import numpy as np
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, yeojohnson

mpmath.mp.dps = 60
rng = np.random.default_rng(1)


def gain(z):
    z = mpmath.mpf(z)
    h = mpmath.npdf(z) + z * mpmath.ncdf(z)
    return {"z": float(z), "log": float(mpmath.log(h)), "slope": float(mpmath.ncdf(z) / h)}


def squares(a, b):
    d = (a[:, None, :] - b[None, :, :]) ** 2
    d[..., -1] = d[..., -1] > 0
    return d


def covariance(a, b, weights, scale):
    r = np.sqrt(5 * squares(a, b) @ weights)
    return scale * (1 + r + r**2 / 3) * np.exp(-r)


def log_likelihood(logs):
    weights, scale, noise = np.exp(logs[:-2]), np.exp(logs[-2]), np.exp(logs[-1])
    matrix = covariance(x, x, weights, scale) + noise * np.eye(len(x))
    return multivariate_normal.logpdf(y, cov=matrix)


def slopes(f, at, h=1e-4):
    """Richardson's central differences."""
    def central(step):
        return np.array([(f(at + step * e) - f(at - step * e)) / (2 * step) for e in np.eye(len(at))])
    return (4 * central(h / 2) - central(h)) / 3


count = 15
x = np.column_stack([rng.random((count, 2)), rng.integers(0, 3, count) / 3 + 1 / 6])
y = np.sin(5 * x[:, 0]) + x[:, 1] ** 2 + (x[:, 2] > 0.5) + 0.05 * rng.normal(size=count)
y = (y - y.mean()) / y.std()
weights, scale, noise = np.array([3.0, 0.7, 0.4]), 1.3, 0.02
matrix = covariance(x, x, weights, scale) + noise * np.eye(count)
queries = np.column_stack([rng.random((5, 2)), rng.integers(0, 3, 5) / 3 + 1 / 6])
queries[0] = x[3]


def posterior(query):
    k = covariance(x, query[None], weights, scale)[:, 0]
    return [k @ np.linalg.solve(matrix, y), scale - k @ np.linalg.solve(matrix, k)]


def at(query, part):
    return lambda q: posterior(np.append(q, query[-1]))[part]


def loss(raw):
    """As in Optuna 5.0.0: the noise is 1e-6 and more."""
    weights, scale, noise = np.exp(raw[:-2]), np.exp(raw[-2]), 1e-6 + np.exp(raw[-1])
    prior = -(0.1 / weights + 0.1 * weights).sum() + np.log(scale) - scale + 0.1 * np.log(noise) - 30 * noise
    return -log_likelihood(np.log(np.concatenate([weights, [scale, noise]]))) - prior


starts = [np.array([a, a, a, 0, np.log(0.01)]) for a in (-1.0, 0.0, 1.0)]
fits = [minimize(loss, start, method="L-BFGS-B", options={"gtol": 1e-6, "maxiter": 1000}) for start in starts]
fit = min(fits, key=lambda result: result.fun)


def warp(values):
    values = np.array(values, dtype=float)
    bent, power = yeojohnson((values - values.mean()) / values.std())
    return {"losses": values.tolist(), "power": power, "warped": ((bent - bent.mean()) / bent.std()).tolist()}


print(json.dumps({
    "gain": [gain(z) for z in (-1e6, -1e4, -300, -40, -30.001, -29.999, -12, -5, -1, -0.1, 0, 0.1, 1, 3, 8, 40)],
    "process": {
        "rows": x.tolist(), "values": y.tolist(),
        "weights": weights.tolist(), "scale": scale, "noise": noise,
        "logLikelihood": log_likelihood(np.log([*weights, scale, noise])),
        "slopes": slopes(log_likelihood, np.log([*weights, scale, noise])).tolist(),
        "queries": [
            {"x": q.tolist(), "mean": posterior(q)[0], "variance": posterior(q)[1],
             "meanSlopes": slopes(at(q, 0), q[:-1], 1e-3).tolist(), "varianceSlopes": slopes(at(q, 1), q[:-1], 1e-3).tolist()}
            for q in queries
        ],
    },
    "fit": {"weights": np.exp(fit.x[:-2]).tolist(), "scale": np.exp(fit.x[-2]), "noise": 1e-6 + np.exp(fit.x[-1]), "loss": fit.fun},
    "warps": [warp(rng.normal(size=12)), warp(10 ** rng.uniform(-2, 6, size=20)), warp(-rng.exponential(size=15)), warp([1, 1, 1, 2])],
}, indent=1))
