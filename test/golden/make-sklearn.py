"""Expected numbers of test/train/data/, from scikit-learn.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python test/golden/make-sklearn.py > test/golden/sklearn.json

Features are waves, so that both sides can make them without a file.
"""
import json, sys
import numpy as np
from sklearn.datasets import load_breast_cancer, make_friedman1, make_moons
from sklearn.preprocessing import MinMaxScaler, StandardScaler

def wave(n, phase):
    return np.sin(0.7 * np.arange(n) + phase)

def numbers(array):
    return np.asarray(array, dtype=np.float64).ravel().tolist()

def scaled(features):
    standard, min_max = StandardScaler().fit(features), MinMaxScaler().fit(features)
    return {
        "standard": {"offset": numbers(standard.mean_), "scale": numbers(standard.scale_)},
        "minMax": {"offset": numbers(min_max.data_min_), "scale": numbers(1 / min_max.scale_)},
    }

n = 200
# Plain, large, far from zero with a small spread, constant, and constant but for one row. As float32, like a data set.
columns = np.stack([wave(n, 0), 1e6 * wave(n, 1), 4096 + 0.01 * wave(n, 2), np.full(n, 0.1), np.arange(n) == 7], axis=1)
table = columns.astype(np.float32).astype(np.float64)
# 40 images of 5 x 4 pixels with 3 channels, as bytes; a feature is a channel.
images = np.floor(127.5 * (1 + wave(40 * 5 * 4 * 3, 3))).astype(np.uint8).reshape(40, 5, 4, 3)
x, y = make_friedman1(n_samples=20, n_features=7, noise=0, random_state=0)

json.dump(
    {
        "table": scaled(table),
        "everyThirdRow": scaled(table[::3]),
        "images": scaled(images.reshape(-1, 3).astype(np.float64)),
        "breastCancer": scaled(load_breast_cancer().data),
        "moons": numbers(make_moons(n_samples=51, shuffle=False, noise=None)[0]),
        "friedman1": {"x": [numbers(row) for row in x], "y": numbers(y)},
    },
    sys.stdout,
    indent=1,
)
