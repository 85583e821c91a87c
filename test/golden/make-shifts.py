"""Expected numbers of test/stats/shifts.test.ts, from SciPy.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 && venv/bin/python test/golden/make-shifts.py > test/golden/shifts.json

Intervals are found by inverting SciPy's tests: they hold the shifts that are not rejected. Between two neighbouring
breakpoints (differences, or means of subsets) no p changes.
"""
import json, sys
from itertools import combinations
import numpy as np
from scipy import stats

rng = np.random.default_rng(9)

def p_of_shift(before, after):
    tied = len({*before, *after}) < len(before) + len(after)
    if not tied:
        return float(stats.mannwhitneyu(after, before, method="exact").pvalue)
    ranks = stats.rankdata([*after, *before])
    groups = (ranks[:len(after)], ranks[len(after):])
    total = lambda x, y, axis: x.sum(axis=axis)
    result = stats.permutation_test(groups, total, permutation_type="independent", n_resamples=np.inf)
    return float(result.pvalue)

def p_of_pairs(differences):
    return float(stats.permutation_test((differences,), np.mean, vectorized=True, permutation_type="samples", n_resamples=np.inf).pvalue)

def inverted(breaks, p_at, error):
    """The p rises up to the middle of the breakpoints and falls from there: both ends are found by bisection."""
    breaks = np.unique(np.round(breaks, 12))
    kept = lambda piece: p_at((breaks[piece] + breaks[piece + 1]) / 2) > error
    last = len(breaks) - 2
    def first(start):
        near, far = start, last // 2
        if kept(near):
            return near
        while abs(far - near) > 1:
            middle = (near + far) // 2
            near, far = (near, middle) if kept(middle) else (middle, far)
        return far
    return float(breaks[first(0)]), float(breaks[first(last) + 1])

def sample(before, after, error=0.05):
    before, after = np.asarray(before, float), np.asarray(after, float)
    differences = (after[:, None] - before[None, :]).ravel()
    low, high = inverted(differences, lambda d: float(stats.mannwhitneyu(after - d, before, method="exact").pvalue), error)
    return {"before": before.tolist(), "after": after.tolist(), "error": error, "estimate": float(np.median(differences)),
            "low": low, "high": high, "p": p_of_shift(before, after)}

def pairs(differences, error=0.05):
    d = np.asarray(differences, float)
    k = len(d)
    means = [d[list(chosen)].mean() for size in range(1, k + 1) for chosen in combinations(range(k), size)]
    low, high = inverted(means, lambda shift: p_of_pairs(d - shift), error)
    walsh = [(d[i] + d[j]) / 2 for i in range(k) for j in range(i, k)]
    return {"differences": d.tolist(), "error": error, "estimate": float(np.median(walsh)), "low": low, "high": high,
            "p": p_of_pairs(d)}

def holm(ps):
    """By its definition: the largest of m - (number of smaller ones) times those that are not larger, at most 1."""
    return [min(1.0, max(q * (len(ps) - sum(r < q for r in ps)) for q in ps if q <= p)) for p in ps]

a = [.231, .244, .229, .251, .238, .247, .242, .236]
b = [.226, .219, .233, .221, .228, .224, .217, .230]
draw = lambda n, shift=0, digits=3: np.round(rng.normal(shift, 1, n), digits).tolist()
many = [draw(40, 0, 6), draw(45, 0.3, 6)]

json.dump(
    {
        "samples": [sample(b, a), sample(draw(4), draw(4, 3)), sample(draw(5), draw(9, 1)), sample(draw(8), draw(8, 1)),
                    sample(draw(8), draw(8, 2), 0.04), sample(draw(12), draw(7, -1)), sample(*many)],
        "ties": [{"before": x, "after": y, "p": p_of_shift(x, y)} for x, y in
                 [(draw(5, 0, 0), draw(5, 1, 0)), (draw(8, 0, 0), draw(6, 1, 0)), (draw(7, 0, 1), draw(8, -1, 1)),
                  ([1, 1, 1, 1], [2, 2, 2, 2]), ([1, 1, 1, 1], [1, 1, 1, 1])]],
        "large": [{"before": x, "after": y, "p": float(stats.mannwhitneyu(y, x, method="asymptotic").pvalue)} for x, y in
                  [(draw(60), draw(50, 0.3)), (draw(60, 0, 0), draw(50, 0.5, 0))]],
        "pairs": [pairs(np.subtract(a, b)), pairs(draw(6, 1)), pairs(draw(8, 1), 0.01), pairs(draw(9, -0.5)), pairs(draw(10, 0.3))],
        "holm": [{"ps": ps, "expected": holm(ps)} for ps in
                 [[0.01, 0.02, 0.03, 0.04, 0.05], [0.04, 0.001, 0.3, 0.012, 0.02], [0.6, 0.7, 0.9]]],
    },
    sys.stdout,
    indent=1,
)
print()
