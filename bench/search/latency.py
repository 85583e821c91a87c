"""Milliseconds of processor time for an ask and a tell with so many finished trials, ten floats, ours and rivals in turn."""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings

import numpy as np

from task import number

PARAMS = {f"x{i}": number("float", 0.0, 1.0) for i in range(10)}
OURS = os.path.join(os.path.dirname(__file__), "latency.js")


def warm_up(trials: int) -> int:
    """Asks before those that are measured: compilers of ours and caches of all get warm, as they are within a study."""
    return min(90, trials - 10)


def ours(sampler: str, **knobs):
    def measure(trials: int, asks: int) -> list[float]:
        given = {"sampler": sampler, "knobs": knobs, "trials": trials, "warmUp": warm_up(trials), "asks": asks}
        return json.loads(subprocess.run(["node", OURS, json.dumps(given)], check=True, stdout=subprocess.PIPE).stdout)

    return measure


def optuna(sampler: str):
    def measure(trials: int, asks: int) -> list[float]:
        import optuna as library

        from rivals import RIVALS

        rival = RIVALS[sampler](PARAMS, 0)
        spaces = {name: library.distributions.FloatDistribution(0.0, 1.0) for name in PARAMS}
        for config in random_configs(trials - warm_up(trials)):
            rival.study.add_trial(library.create_trial(params=config, distributions=spaces, value=loss(config)))
        return measured(rival, warm_up(trials), asks)

    return measure


def rustuna(trials: int, asks: int) -> list[float]:
    import rustuna as library

    from rivals import RIVALS

    rival = RIVALS["rustuna-tpe"](PARAMS, 0)
    sampler = library.samplers.TPESampler(seed=0, n_startup_trials=trials - warm_up(trials))
    rival.study = library.create_study(sampler=sampler)
    for _ in range(trials - warm_up(trials)):
        rival.tell(loss(rival.ask()))
    return measured(rival, warm_up(trials), asks)


def measured(rival, warming: int, asks: int) -> list[float]:
    """Fewer where an ask takes long."""
    milliseconds = []
    for _ in range(warming + asks):
        if sum(milliseconds) > 20_000:
            break
        start = time.process_time()
        config = rival.ask()
        asked = time.process_time()
        value = loss(config)
        told = time.process_time()
        rival.tell(value)
        milliseconds.append((time.process_time() - told + asked - start) * 1000)
    return milliseconds[min(warming, len(milliseconds) // 2) :]


def random_configs(count: int) -> list[dict]:
    return [dict(zip(PARAMS, row)) for row in np.random.default_rng(0).uniform(size=(count, len(PARAMS))).tolist()]


def loss(config: dict) -> float:
    return sum((x - 0.3) ** 2 for x in config.values())


TPE, GP = (100, 1_000, 10_000), (50, 100, 300)
MEASURED = {
    "tpe": (ours("tpe"), TPE),
    "tpe, 24 candidates": (ours("tpe", candidates=24), TPE),
    "rustuna-tpe": (rustuna, TPE),
    "optuna-tpe": (optuna("optuna-tpe"), TPE),
    "gp": (ours("gp"), GP),
    "optuna-gp": (optuna("optuna-gp"), GP),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--asks", type=int, default=30)
    options, _ = parser.parse_known_args()
    warnings.simplefilter("ignore")
    rows = []
    for name, (measure, sizes) in MEASURED.items():
        for trials in sizes:
            try:
                milliseconds = measure(trials, options.asks)
            except ImportError as error:
                print(f"{name} left out: {error}", file=sys.stderr)
                break
            median, p95 = np.quantile(milliseconds, (0.5, 0.95)).tolist()
            rows.append({"name": name, "trials": trials, "median": median, "p95": p95})
            print(f"{name} at {trials}: {median:.3g} ms", file=sys.stderr, flush=True)
    json.dump({"asks": options.asks, "rows": rows}, sys.stdout)


if __name__ == "__main__":
    main()
