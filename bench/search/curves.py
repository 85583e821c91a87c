"""Trainings that may be stopped early: how many epochs until ours is as good as Optuna's pruners at their end.

`python curves.py --rivals` runs the rivals; what rivals/curves/ has already is not run again. Ours: `--pruners`.
"""

import argparse
import json
import os
import sys
from typing import Iterable

import numpy as np

from ours import Ours, Server
from rivals import PRUNING_RIVALS
from runs import Results
from suites import REFERENCES
from surrogates import EPOCHS, LCBENCH_INSTANCES, LCBENCH_PARAMS, learning_curve

FOLDER = os.path.join(os.environ.get("SEARCH_RIVALS", os.path.join(os.path.dirname(__file__), "rivals")), "curves")
# A run may train as long as so many trials that are never stopped.
WHOLE_TRIALS = 50


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rivals", action="store_true", help="run Optuna's pruners instead of ours")
    parser.add_argument("--samplers", default="auto")
    parser.add_argument("--pruners", default="auto", help='names, or {"any name": {"asha": {"eta": 3}}}')
    parser.add_argument("--tasks", default=",".join(LCBENCH_INSTANCES))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--keep", help="a folder for raw results of ours; what is there is not run again")
    parser.add_argument("--stored", action="store_true", help="run nothing, compare what --keep has")
    options, _ = parser.parse_known_args()
    instances = [name for name in options.tasks.split(",") if name in LCBENCH_INSTANCES] or LCBENCH_INSTANCES
    if options.rivals:
        for seed in range(options.seeds):
            for name, open_study in PRUNING_RIVALS.items():
                run_all(name, lambda seed: open_study(LCBENCH_PARAMS, seed, EPOCHS), instances, [seed], FOLDER)
        return
    server = Server()
    sampler = options.samplers.split(",")[0]
    ours = {}
    for name, pruner in choices(options.pruners).items():
        ours[name] = run_all(
            f"curves-{name}",
            lambda seed: Ours(server, LCBENCH_PARAMS, seed, sampler, None, pruner),
            instances,
            range(0 if options.stored else options.seeds),
            options.keep,
        )
    rivals = {name: Results(os.path.join(FOLDER, f"{name}.json")) for name in PRUNING_RIVALS}
    json.dump(document(ours, rivals, instances, options.seeds), sys.stdout)


def choices(text: str) -> dict:
    return json.loads(text) if text.startswith("{") else {name: name for name in text.split(",")}


def run_all(name: str, open_study, instances: list[str], seeds: Iterable[int], folder: str | None) -> Results:
    results = Results(folder and os.path.join(folder, f"{name}.json"))
    with open(REFERENCES) as file:
        references = json.load(file)
    for seed in seeds:
        for instance in instances:
            if str(seed) not in results.tasks.get(instance, {}):
                results.add(instance, seed, run(open_study(seed), instance, **references[f"lcbench-{instance}"]))
                results.write()
        print(f"{name}: seed {seed}", file=sys.stderr, flush=True)
    return results


def run(study, instance: str, best: float, median: float) -> dict:
    """The steps of the best final regret so far, as [epochs trained by then, regret], and how trials ended."""
    epochs, complete, trials, regret, steps = 0, 0, 0, 1.0, []
    while epochs < WHOLE_TRIALS * EPOCHS:
        errors = learning_curve(instance, study.ask())
        trials += 1
        for step, error in enumerate(errors, 1):
            epochs += 1
            if not study.report(step, float(error)):
                study.prune()
                break
        else:
            study.tell(float(errors[-1]))
            complete += 1
            final = float(np.clip((errors[-1] - best) / (median - best), 0, 1))
            if final < regret:
                regret = final
                steps.append([epochs, round(regret, 6)])
    study.close()
    return {"steps": steps, "trials": trials, "complete": complete}


def regret_by_epoch(result: dict) -> np.ndarray:
    """The best final regret after each epoch of the run."""
    regrets = np.ones(WHOLE_TRIALS * EPOCHS)
    for epochs, regret in result["steps"]:
        regrets[epochs - 1 :] = regret
    return regrets


def document(ours: dict[str, Results], rivals: dict[str, Results], instances: list[str], seeds: int) -> dict:
    budget = WHOLE_TRIALS * EPOCHS
    rows = {}
    for name, results in ours.items():
        rows[name] = [row for each in instances if (row := compare(results, rivals, each, seeds))]
    return {
        "epochs": budget,
        "pruners": {
            name: {"share": mean_share(of), "tasks": of} for name, of in rows.items()
        },
    }


def mean_share(rows: list[dict]) -> float | None:
    """Geometric mean over tasks; a quality that is not reached counts as all epochs."""
    return float(np.exp(np.mean([np.log(row["share"] or 1) for row in rows]))) if rows else None


def compare(results: Results, rivals: dict[str, Results], instance: str, seeds: int) -> dict | None:
    """On the seeds that all ran. `share`: of all epochs, until ours is as good as the best rival is at its end."""
    everyone = [results, *rivals.values()]
    common = set.intersection(*(set(each.tasks.get(instance, {})) for each in everyone)) & set(map(str, range(seeds)))
    if not common:
        return None
    means = [np.mean([regret_by_epoch(each.tasks[instance][seed]) for seed in common], axis=0) for each in everyone]
    ours, *theirs = means
    ends = {name: float(mean[-1]) for name, mean in zip(rivals, theirs)}
    reached = np.flatnonzero(ours <= min(ends.values()))
    return {
        "task": instance,
        "seeds": len(common),
        "rivals": ends,
        "ours": float(ours[-1]),
        "share": float((reached[0] + 1) / ours.size) if reached.size else None,
        "trials": float(np.mean([results.tasks[instance][seed]["trials"] for seed in common])),
        "complete": float(np.mean([results.tasks[instance][seed]["complete"] for seed in common])),
    }


if __name__ == "__main__":
    main()
