"""Runs rivals and keeps their results in rivals/<name>.json; what is there already is not run again."""

import argparse
import os
import sys

from rivals import RIVALS
from runs import Results, run
from suites import load_tasks

FOLDER = os.environ.get("SEARCH_RIVALS", os.path.join(os.path.dirname(__file__), "rivals"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rivals", default="optuna-tpe,optuna-random,rustuna-tpe,hyperopt-tpe")
    parser.add_argument("--tasks", default="")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--anew", action="store_true", help="run again what is there already")
    options, _ = parser.parse_known_args()
    tasks = load_tasks(options.tasks)
    for rival in options.rivals.split(","):
        results = Results(os.path.join(FOLDER, f"{rival}.json"))
        # Seed by seed: all tasks with few seeds are worth more than few tasks with all seeds.
        for seed in range(options.seeds):
            for task in tasks:
                if rival == "optuna-gp" and not task.is_numeric:
                    continue
                if options.anew or results.find(task.name, seed, options.trials) is None:
                    results.add(task.name, seed, run(RIVALS[rival](task.params, seed), task, seed, options.trials))
                    results.write()
            print(f"{rival}: seed {seed}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
