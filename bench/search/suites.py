"""All tasks, and whether they are what they should be. `python suites.py` fixes f* and f_med in references.json."""

import json
import os

import numpy as np

from bbob import bbob_references, bbob_tasks
from surrogates import rpart_tasks, surrogate_references
from tables import calibration_tables, random_search, table_tasks
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


def all_tasks() -> list[Task]:
    with open(REFERENCES) as file:
        references = json.load(file)
    return table_tasks() + bbob_tasks(references) + rpart_tasks(references)


def chosen(tasks: list[Task], names: str) -> list[Task]:
    """Tasks by name or suite, with commas between; all when empty."""
    wanted = set(filter(None, names.split(",")))
    unknown = wanted - {name for task in tasks for name in (task.name, task.suite)}
    if unknown:
        raise SystemExit(f"There is no {', '.join(unknown)}; there are {', '.join(task.name for task in tasks)}")
    return [task for task in tasks if not wanted or task.name in wanted or task.suite in wanted]


def calibrate() -> None:
    """Exits when a table does not give what it is known to give: then nothing measured with it would mean a thing."""
    misses = []
    for name, table in calibration_tables().items():
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
        json.dump({**bbob_references(), **surrogate_references()}, file, indent=1)
        file.write("\n")
