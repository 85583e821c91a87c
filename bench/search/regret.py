"""Ours on the regression set, against the rivals' stored results: prints a JSON document."""

import argparse
import json
import os
import sys

import comparison
from ours import Ours, Server
from runs import CHECKPOINTS, Results, run
from suites import load_tasks

RIVALS = os.environ.get("SEARCH_RIVALS", os.path.join(os.path.dirname(__file__), "rivals"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samplers", default="auto,tpe")
    parser.add_argument("--tasks", default="")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--keep", help="a folder for raw results of ours; what is there is not run again")
    parser.add_argument("--stored", action="store_true", help="run nothing, compare what --keep has")
    options, _ = parser.parse_known_args()
    comparison.calibrate()
    samplers = read_samplers(options.samplers)
    tasks = load_tasks(options.tasks)
    results = {name: run_ours(name, sampler, tasks, options) for name, sampler in samplers.items()}
    rivals = {file.removesuffix(".json"): Results(os.path.join(RIVALS, file)) for file in sorted(os.listdir(RIVALS)) if file.endswith(".json")}
    json.dump(document(results, rivals, tasks, options), sys.stdout)


def read_samplers(text: str) -> dict:
    """Names of samplers, or an object of samplers with knobs by any names: {"few": {"tpe": {"candidates": 24}}}."""
    return json.loads(text) if text.startswith("{") else {name: name for name in text.split(",")}


def run_ours(name: str, sampler, tasks: list, options) -> Results:
    results = Results(options.keep and os.path.join(options.keep, f"{name}.json"))
    if options.stored:
        return results
    server = Server()
    for seed in range(options.seeds):
        for task in tasks:
            if results.find(task.name, seed, options.trials) is None:
                ours = Ours(server, task.params, seed, sampler, options.trials)
                results.add(task.name, seed, run(ours, task, seed, options.trials))
                ours.close()
                results.write()
        print(f"{name}: seed {seed}", file=sys.stderr, flush=True)
    server.end()
    return results


def document(ours: dict[str, Results], rivals: dict[str, Results], tasks: list, options) -> dict:
    everyone = {**ours, **rivals}
    checkpoints = [trials for trials in CHECKPOINTS if trials <= options.trials]
    suites = {task.name: task.suite for task in tasks}
    return {
        "seeds": options.seeds,
        "suites": suites,
        "milliseconds": {name: results.milliseconds(suites) for name, results in everyone.items()},
        "checkpoints": [at_checkpoint(everyone, list(ours), list(rivals), suites, trials, options.seeds) for trials in checkpoints],
    }


def at_checkpoint(everyone: dict, ours: list[str], rivals: list[str], suites: dict, trials: int, seeds: int) -> dict:
    regrets = {name: results.regrets(trials, suites, seeds) for name, results in everyone.items()}
    pairs = [pair for name in ours for rival in rivals for pair in compare(regrets, name, rival, suites)]
    for pair, p in zip(pairs, comparison.holm([pair["p"] for pair in pairs])):
        pair["pHolm"] = p
    # GP runs few tasks and hyperopt may have few seeds: ranks are of those that ran all tasks.
    complete = [name for name in everyone if set(regrets[name]) >= set(suites)]
    tasks = comparison.common(regrets, complete)
    return {
        "trials": trials,
        "pairs": pairs,
        "ranks": comparison.mean_ranks(regrets, complete, tasks) if tasks else {},
        "friedman": comparison.friedman(regrets, complete, tasks) if len(tasks) > 1 else None,
    }


def compare(regrets: dict, name: str, rival: str, suites: dict) -> list[dict]:
    """Against one rival on the tasks and seeds that both ran, in all and for each suite."""
    tasks = comparison.common(regrets, [name, rival])
    if not tasks:
        return []
    ours, theirs = (comparison.task_means(regrets, each, tasks) for each in (name, rival))
    of = [suites[task] for task in tasks]
    parts = {suite: [i for i, each in enumerate(of) if each == suite] for suite in dict.fromkeys(of)}
    return [
        {
            "sampler": name,
            "rival": rival,
            "seeds": min(map(len, tasks.values())),
            **comparison.paired(ours, theirs),
            "suites": {suite: comparison.summary(ours[rows], theirs[rows]) for suite, rows in parts.items()},
        }
    ]


if __name__ == "__main__":
    main()
