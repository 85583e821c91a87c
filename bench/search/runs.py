"""One optimiser on one task with one seed, and the file that keeps what came out."""

import json
import os
import time
import zlib

import numpy as np

from task import Task

CHECKPOINTS = (25, 50, 100, 200)


def run(optimiser, task: Task, seed: int, trials: int) -> dict:
    """The regret of the incumbent at each checkpoint, and the milliseconds of ask and tell.

    The incumbent is what an optimiser would recommend: the configuration with the best value that it saw. Its regret is
    that of its true value. What is seen of the n-th trial is drawn from task and seed, the same for all optimisers.
    """
    rng = np.random.default_rng([seed, zlib.crc32(task.name.encode())])
    best_seen, regret = np.inf, 1.0
    at, milliseconds = {}, []
    for trial in range(1, trials + 1):
        start = time.perf_counter()
        config = optimiser.ask()
        asked = time.perf_counter()
        value = task.observe(config, np.random.default_rng(rng.integers(2**63)))
        if value < best_seen:
            best_seen, regret = value, task.regret(task.truth(config))
        seen = time.perf_counter()
        optimiser.tell(value)
        milliseconds.append((time.perf_counter() - seen + asked - start) * 1000)
        if trial in CHECKPOINTS or trial == trials:
            at[str(trial)] = round(regret, 9)
    return {"regrets": at, "ms": [round(float(q), 3) for q in np.quantile(milliseconds, (0.5, 0.95))]}


class Results:
    """What an optimiser reached, {task: {seed: {regrets, ms}}}, in a JSON file if it has a path."""

    def __init__(self, path: str | None = None):
        self.path, self.tasks = path, {}
        if path and os.path.exists(path):
            with open(path) as file:
                self.tasks = json.load(file)

    def find(self, task: str, seed: int, trials: int) -> dict | None:
        """Of a run of just so many trials: how many are planned may change what a sampler proposes."""
        result = self.tasks.get(task, {}).get(str(seed))
        return result if result and str(trials) in result["regrets"] else None

    def add(self, task: str, seed: int, result: dict) -> None:
        self.tasks.setdefault(task, {})[str(seed)] = result

    def regrets(self, trials: int, tasks, seeds: int) -> dict[str, dict[int, float]]:
        """After so many trials, of the first so many seeds."""
        found = {
            task: {
                int(seed): result["regrets"][str(trials)]
                for seed, result in self.tasks.get(task, {}).items()
                if int(seed) < seeds and str(trials) in result["regrets"]
            }
            for task in tasks
        }
        return {task: of for task, of in found.items() if of}

    def milliseconds(self, tasks) -> list[float]:
        """Of ask and tell, means over the runs of the median and of the 95 % quantile."""
        of = [result["ms"] for task in tasks for result in self.tasks.get(task, {}).values()]
        return np.mean(of, axis=0).tolist() if of else []

    def write(self) -> None:
        """A line for each task; whole or not at all."""
        if not self.path:
            return
        rows = [f"{json.dumps(task)}: {json.dumps(seeds)}" for task, seeds in self.tasks.items()]
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(f"{self.path}.part", "w") as file:
            file.write("{\n" + ",\n".join(rows) + "\n}\n")
        os.replace(f"{self.path}.part", self.path)
