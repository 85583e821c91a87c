"""Expected numbers of test/stats/, from SciPy and scikit-learn.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python test/golden/make-stats.py > test/golden/stats.json

Samples are waves, so that both sides can make them without a file.
"""
import json, sys, warnings
import numpy as np
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression

def wave(n, phase, step=0.7):
    return np.sin(step * np.arange(n) + phase)

def ks(n, m, shift, digits):
    a, b = wave(n, 0), wave(m, 1, 1.3) + shift
    if digits is not None:
        a, b = np.round(a, digits), np.round(b, digits)
    with warnings.catch_warnings():
        # SciPy takes another method where rounding brings it above 1.
        warnings.simplefilter("error")
        # The limit is on n * m here and on max(n, m) there.
        result = stats.ks_2samp(a, b, method="exact" if n * m <= 1_000_000 else "asymp")
    return {"n": n, "m": m, "shift": shift, "digits": digits, "statistic": result.statistic, "p": result.pvalue}

sizes = [(1, 1), (2, 3), (8, 8), (12, 30), (40, 25), (90, 90), (300, 77), (1000, 999), (1257, 270), (2000, 1200), (3000, 3000)]
kolmogorov = [ks(n, m, shift, digits) for n, m in sizes for shift in (0, 0.1, 0.3, 0.6) for digits in (None, 1)]

def rank_sum(n, m, shift, digits):
    a, b = np.round(wave(n, 0), digits), np.round(wave(m, 1, 1.3) + shift, digits)
    result = stats.mannwhitneyu(a, b, alternative="greater", method="asymptotic")
    return {"n": n, "m": m, "shift": shift, "digits": digits, "u": result.statistic, "p": result.pvalue}

def fisher(hits, sizes):
    table = [hits, [sizes[0] - hits[0], sizes[1] - hits[1]]]
    return {"hits": hits, "sizes": sizes, "p": stats.fisher_exact(table).pvalue}

def logistic(n, d):
    x = np.stack([wave(n, column, 0.3 + 0.4 * column) for column in range(d)], axis=1)
    y = (x[:, 0] - 0.5 * x[:, 1] + 0.8 * wave(n, 9, 2.1) > 0.2).astype(int)
    model = LogisticRegression(C=1, tol=1e-12, max_iter=1000, solver="newton-cholesky").fit(x, y)
    return {"n": n, "d": d, "coefficients": [*model.coef_[0].tolist(), float(model.intercept_[0])]}

def law(n, a, b, c):
    return a + b * n ** -c

def power_law(a, b, c, noise, outlier, sizes):
    n = np.array(sizes, dtype=float)
    y = law(n, a, b, c) * (1 + noise * wave(len(n), 2, 1.9))
    y[1] += outlier
    scale = 0.05 * np.sort(y)[len(y) // 2]
    robust = {"loss": "soft_l1", "f_scale": scale}
    best, covariance = optimize.curve_fit(
        law, n, y, p0=[a, b, c], bounds=([0, 0, 0.01], [np.inf, np.inf, 10]),
        method="trf", x_scale=[max(a, 0.01), b, c], ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=10000, **robust)
    twice = 2 * n.max()
    x = twice ** -best[2]
    slope = np.array([1, x, -best[1] * x * np.log(twice)])
    variance = np.sum((law(n, *best) - y) ** 2) / (len(n) - 3)
    reach = stats.t.ppf(0.975, len(n) - 3) * np.sqrt(variance + slope @ covariance @ slope)
    return {"sizes": sizes, "losses": y.tolist(), "a": best[0], "b": best[1], "c": best[2],
            "twice": law(twice, *best), "reach": None if outlier else reach}

eight = [100, 200, 400, 800, 1600, 3200, 6400, 12800]
values = wave(12, 0).tolist()
t = stats.t.interval(0.95, 11, np.mean(values), stats.sem(values))
skewed = np.exp(2 * wave(25, 0)).tolist()
bootstrap = stats.bootstrap(
    (skewed,), np.mean, method="percentile", n_resamples=200_000, batch=10_000, rng=np.random.default_rng(0))

json.dump(
    {
        "kolmogorovSmirnov": kolmogorov,
        "rankSum": [rank_sum(n, m, shift, digits) for n, m in [(5, 9), (60, 40), (500, 1300)]
                    for shift in (-0.4, 0, 0.2) for digits in (1, 9)],
        "fisher": [fisher(*case) for case in [([0, 4], [27, 60]), ([3, 3], [10, 12]), ([125, 0], [1257, 270]),
                                              ([212, 80], [400, 169]), ([0, 0], [5, 7]), ([900, 1000], [2000, 2000])]],
        "adjusted": {"ps": [0.01, 0.8, 0.001, 0.04, 0.04, 0.3, 0.02, 1.0],
                     "expected": stats.false_discovery_control(
                         [0.01, 0.8, 0.001, 0.04, 0.04, 0.3, 0.02, 1.0]).tolist()},
        "logistic": [logistic(60, 3), logistic(400, 12)],
        "powerLaws": [power_law(*case) for case in [
            (0.1, 3, 0.5, 0, 0, eight), (0.02, 2, 0.3, 0.01, 0, eight), (0.3, 20, 0.9, 0.01, 0, [s for s in eight for _ in range(3)]),
            (0.2, 5, 0.6, 0.01, 0.4, eight)]],
        "student": {"values": values, "low": t[0], "high": t[1]},
        "studentQuantiles": [{"tail": tail, "freedom": freedom, "t": stats.t.isf(tail, freedom)}
                             for tail in (0.4, 0.025, 0.001) for freedom in (1, 2, 5, 30, 400)],
        "normalTails": [{"z": z, "tail": stats.norm.sf(z)} for z in (-3, -0.5, 0, 0.3, 1.7, 1.74, 5, 20, 37)],
        "bootstrap": {"values": skewed, "low": bootstrap.confidence_interval.low, "high": bootstrap.confidence_interval.high},
    },
    sys.stdout,
    indent=1,
)
print()
