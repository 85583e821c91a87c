"""YAHPO's neural surrogates of tuning runs, from ../shared/data: decision trees, and learning curves of networks."""

import json
import os
from functools import cache, partial
from typing import Callable

import numpy as np
import onnxruntime
from scipy.stats import qmc

from task import Task, categorical, exact_task, from_unit, number

DATA = os.environ.get("SEARCH_DATA", os.path.join(os.path.dirname(__file__), "../../../shared/data"))

# OpenML's data sets; 14 and 40499 are in YAHPO's own single-objective suite.
RPART_INSTANCES = ["14", "40499", "1067", "1494", "41142", "54"]
RPART_PARAMS = {
    "cp": number("float", 0.0009118819655545162, 1.0, log=True),
    "maxdepth": number("int", 1, 30),
    "minbucket": number("int", 1, 100),
    "minsplit": number("int", 1, 100),
    "impute": categorical(["impute.mean", "impute.median", "impute.hist"]),
}
# The whole training set, and a mean over ten folds: no part of the search.
TRAIN_SIZE, REPLICATIONS = 1.0, 10


@cache
def surrogate(folder: str) -> tuple[onnxruntime.InferenceSession, dict]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = os.path.join(DATA, folder)
    if not os.path.exists(path):
        raise SystemExit(f"{path} is missing: these tasks need the surrogates of shared/data")
    session = onnxruntime.InferenceSession(f"{path}/model.onnx", options, providers=["CPUExecutionProvider"])
    with open(f"{path}/encoding.json") as file:
        return session, json.load(file)


def rpart_task(instance: str, best: float, median: float) -> Task:
    def truth(config: dict) -> float:
        return float(rpart_errors(instance, [config])[0])

    return exact_task(
        truth,
        name=f"rpart-{instance}",
        suite="rbv2-rpart",
        params=RPART_PARAMS,
        best=best,
        median=median,
    )


def rpart_errors(instance: str, configs: list[dict]) -> np.ndarray:
    """1 - accuracy."""
    session, codes = surrogate("yahpo-rbv2_rpart")
    task = codes["task_id"][instance]
    categories = [[task, codes["num.impute.selected.cpo"][config["impute"]]] for config in configs]
    numbers = [
        [config["cp"], config["maxdepth"], config["minbucket"], config["minsplit"], TRAIN_SIZE, REPLICATIONS]
        for config in configs
    ]
    inputs = {"x_cat": np.array(categories, np.int32), "x_cont": np.array(numbers, np.float32)}
    return 1 - session.run(None, inputs)[0][:, 0].astype(float)


LCBENCH_INSTANCES = ["167168", "189873", "189906", "3945", "126026", "168910"]
LCBENCH_PARAMS = {
    "batch_size": number("int", 16, 512, log=True),
    "learning_rate": number("float", 1e-4, 0.1, log=True),
    "momentum": number("float", 0.1, 0.99),
    "weight_decay": number("float", 1e-5, 0.1),
    "num_layers": number("int", 1, 5),
    "max_units": number("int", 64, 1024, log=True),
    "max_dropout": number("float", 0.0, 1.0),
}
# The surrogate's first epoch is that of the untrained network.
FIRST_EPOCH, LAST_EPOCH = 2, 52
EPOCHS = LAST_EPOCH - FIRST_EPOCH + 1


def learning_curve(instance: str, config: dict) -> np.ndarray:
    """Validation errors (1 - accuracy) after each epoch of training."""
    return lcbench_errors(instance, [lcbench_row(epoch, config) for epoch in range(FIRST_EPOCH, LAST_EPOCH + 1)])


def final_errors(instance: str, configs: list[dict]) -> np.ndarray:
    return lcbench_errors(instance, [lcbench_row(LAST_EPOCH, config) for config in configs])


def lcbench_row(epoch: int, config: dict) -> list:
    return [epoch, *(config[name] for name in LCBENCH_PARAMS)]


def lcbench_errors(instance: str, rows: list[list]) -> np.ndarray:
    session, codes = surrogate("yahpo-lcbench")
    task = np.full((len(rows), 1), codes["OpenML_task_id"][instance], np.int32)
    accuracy = session.run(None, {"x_cat": task, "x_cont": np.array(rows, np.float32)})[0][:, 1]
    return 1 - accuracy.astype(float) / 100


def surrogate_references() -> dict[str, dict]:
    rpart = {f"rpart-{each}": reference(RPART_PARAMS, partial(rpart_errors, each)) for each in RPART_INSTANCES}
    curves = {f"lcbench-{each}": reference(LCBENCH_PARAMS, partial(final_errors, each)) for each in LCBENCH_INSTANCES}
    return {**rpart, **curves}


def reference(params: dict[str, dict], errors_of: Callable[[list[dict]], np.ndarray]) -> dict:
    """f*: the least of 2^17 Sobol points, then of ever smaller clouds around the best; f_med: the points' median."""

    def errors(unit: np.ndarray) -> np.ndarray:
        return np.concatenate([errors_of(from_unit(params, part)) for part in np.array_split(unit, 16)])

    points = qmc.Sobol(len(params), seed=0).random_base2(17)
    values = errors(points)
    rng = np.random.default_rng(0)
    starts = points[np.argsort(values)[:50]]
    best = float(values.min())
    for radius in (0.1, 0.03, 0.01, 0.003, 0.001):
        cloud = np.clip(starts[:, None] + rng.normal(0, radius, (len(starts), 200, starts.shape[1])), 0, 1)
        cloud = np.concatenate([starts, cloud.reshape(-1, starts.shape[1])])
        near = errors(cloud)
        starts, best = cloud[np.argsort(near)[:50]], min(best, float(near.min()))
    return {"best": best, "median": float(np.median(values))}
