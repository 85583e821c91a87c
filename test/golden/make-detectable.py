"""The table of src/stats/detectable.ts: shifts that the sign flips find in four of five samples of k normal differences, in
standard deviations of these. A sample is found once the shift exceeds the distance of its interval's lower end from 0.

    python -m venv venv && venv/bin/pip install numpy && venv/bin/python test/golden/make-detectable.py
"""
import numpy as np

rng = np.random.default_rng(0)
error = 0.05 * 0.2

def subsets(k):
    return ((np.arange(1, 2**k)[:, None] >> np.arange(k)) & 1).astype(np.float32)

for k in range(8, 17):
    masks = subsets(k)
    masks /= masks.sum(axis=1, keepdims=True)
    rank = int(error / 2 * 2**k)
    samples = 100_000 if k < 12 else 20_000
    lows = []
    for _ in range(samples // 500):
        means = rng.standard_normal((500, k)).astype(np.float32) @ masks.T
        lows.append(np.partition(means, rank - 1, axis=1)[:, rank - 1])
    print(k, round(float(-np.quantile(np.concatenate(lows), 0.2)), 3), flush=True)
