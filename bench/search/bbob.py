"""The 24 functions of COCO's bbob suite, with five floats each, instance 1: optima are shifted by construction."""

import cocoex
import numpy as np

from task import Task, exact_task, number

DIMENSIONS = 5


def bbob_task(function: int, median: float) -> Task:
    problem = cocoex.BareProblem("bbob", function, DIMENSIONS, 1)
    params = {f"x{i}": number("float", -5.0, 5.0) for i in range(DIMENSIONS)}

    def truth(config: dict) -> float:
        return float(problem([config[name] for name in params]))

    return exact_task(
        truth,
        name=f"f{function}",
        suite="bbob-5d",
        params=params,
        best=problem.best_value(),
        median=median,
    )


def bbob_references(points: int = 100_000) -> dict[str, dict]:
    """The median of random points, as f_med of each function."""
    unit = np.random.default_rng(0).uniform(-5, 5, size=(points, DIMENSIONS))
    medians = {}
    for function in range(1, 25):
        problem = cocoex.BareProblem("bbob", function, DIMENSIONS, 1)
        medians[f"f{function}"] = {"median": float(np.median([problem(row) for row in unit]))}
    return medians
