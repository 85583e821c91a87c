"""All tasks, and whether they are what they should be. `python suites.py` fixes f* and f_med in references.json."""

import json
import os
from functools import partial
from typing import Callable

import numpy as np

from bbob import bbob_references, bbob_task
from surrogates import RPART_INSTANCES, rpart_task, surrogate_references
from tables import datasets, mean_table, random_search, table_task
from task import Task

REFERENCES = os.path.join(os.path.dirname(__file__), "references.json")

# Regret of random search after 25, 50, 100 and 200 draws, known exactly (research/samplers.md 4.5).
KNOWN_RANDOM_SEARCH = {
    "car": (0.014, 0.010, 0.006, 0.004),
    "phoneme": (0.126, 0.079, 0.054, 0.039),
    "vehicle": (0.049, 0.037, 0.028, 0.022),
    "australian": (0.166, 0.136, 0.112, 0.094),
    "kc1": (0.094, 0.071, 0.058, 0.048),
    "segment": (0.129, 0.099, 0.077, 0.059),
    "blood_transfusion": (0.368, 0.289, 0.235, 0.194),
    "credit_g": (0.137, 0.113, 0.092, 0.074),
    "naval_propulsion": (0.007, 0.002, 0.001, 0.000),
    "parkinsons_telemonitoring": (0.092, 0.062, 0.044, 0.032),
    "protein_structure": (0.305, 0.230, 0.171, 0.125),
    "slice_localization": (0.025, 0.014, 0.009, 0.006),
}


def task_makers() -> dict[tuple[str, str], Callable[[], Task]]:
    """By suite and name. Tables take seconds to load: only those wanted are."""
    with open(REFERENCES) as file:
        known = json.load(file)
    tables = {(suite, name): partial(table_task, suite, name) for suite in ("hpobench-mlp", "nb201") for name in datasets(suite)}
    functions = {("bbob-5d", f"f{i}"): partial(bbob_task, i, known[f"f{i}"]["median"]) for i in range(1, 25)}
    trees = {("rbv2-rpart", f"rpart-{i}"): partial(rpart_task, i, **known[f"rpart-{i}"]) for i in RPART_INSTANCES}
    return {**tables, **functions, **trees}


def load_tasks(names: str) -> list[Task]:
    """Tasks by name or suite, with commas between; all when empty. Tables are checked as they are loaded."""
    makers = task_makers()
    wanted = set(filter(None, names.split(",")))
    known = {name for place in makers for name in place}
    if wanted - known:
        raise SystemExit(f"There is no {', '.join(wanted - known)}; there are {', '.join(sorted(known))}")
    calibrate([place for place in makers if not wanted or wanted & set(place)], is_whole=not wanted)
    return [make() for place, make in makers.items() if not wanted or wanted & set(place)]


def calibrate(places: list[tuple[str, str]], is_whole: bool) -> None:
    """Exits when a table does not give what it is known to give: then nothing measured with it would mean a thing."""
    others = [("hpolib", name) for name in datasets("hpolib")] if is_whole else []
    misses = []
    for suite, name in [place for place in places if place[1] in KNOWN_RANDOM_SEARCH] + others:
        table = mean_table(suite, name)
        best = table.min()
        scale = np.median(table) - best
        for trials, known in zip((25, 50, 100, 200), KNOWN_RANDOM_SEARCH[name]):
            regret = (random_search(table, trials) - best) / scale
            if abs(regret - known) > 0.00056:  # Rounded to four digits, then to three.
                misses.append(f"{name}: random search of {trials} has regret {regret:.4f}, not {known:.3f}")
    if misses:
        raise SystemExit("Calibration missed:\n" + "\n".join(misses))


if __name__ == "__main__":
    with open(REFERENCES, "w") as file:
        json.dump({**bbob_references(), **surrogate_references()}, file, indent=2)
        file.write("\n")
