"""YAHPO's neural surrogates of tuning runs, from ../shared/data: decision trees, and learning curves of networks."""

import json
import os
from functools import cache

import numpy as np
import onnxruntime
from scipy.stats import qmc

from task import Task, categorical, from_unit, number

DATA = os.environ.get("SEARCH_DATA", os.path.join(os.path.dirname(__file__), "../../../shared/data"))

# OpenML's data sets; 14 and 40499 are those of YAHPO's own single-objective suite.
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


def rpart_tasks(references: dict[str, dict]) -> list[Task]:
    return [rpart_task(instance, **references[f"rpart-{instance}"]) for instance in RPART_INSTANCES]


def rpart_task(instance: str, best: float, median: float) -> Task:
    def truth(config: dict) -> float:
        return float(rpart_errors(instance, [config])[0])

    return Task(
        name=f"rpart-{instance}",
        suite="rbv2-rpart",
        params=RPART_PARAMS,
        observe=lambda config, rng: truth(config),
        truth=truth,
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


def rpart_references() -> dict[str, dict]:
    """f*: the least of 2^17 Sobol points, then of ever smaller clouds around the best; f_med: the points' median."""
    points = qmc.Sobol(len(RPART_PARAMS), seed=0).random_base2(17)
    return {f"rpart-{instance}": rpart_reference(instance, points) for instance in RPART_INSTANCES}


def rpart_reference(instance: str, points: np.ndarray) -> dict:
    def errors(unit: np.ndarray) -> np.ndarray:
        return np.concatenate([rpart_errors(instance, from_unit(RPART_PARAMS, part)) for part in np.array_split(unit, 16)])

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
