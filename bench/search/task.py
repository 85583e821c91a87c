"""What is to be minimised: a space, what an optimiser sees of a configuration, and how good that truly is."""

from dataclasses import dataclass
from typing import Callable

import numpy as np


@dataclass(frozen=True)
class Task:
    """`params`: the space in the form of space files: {name: {"type", "low", "high", "log", "choices"}}."""

    name: str
    suite: str
    params: dict[str, dict]
    observe: Callable[[dict, np.random.Generator], float]
    truth: Callable[[dict], float]
    best: float
    median: float

    @property
    def is_numeric(self) -> bool:
        return all(param["type"] != "categorical" for param in self.params.values())

    def regret(self, value: float) -> float:
        """0 at the optimum, 1 at what half of all configurations reach."""
        return float(np.clip((value - self.best) / (self.median - self.best), 0, 1))


def exact_task(truth: Callable[[dict], float], **facts) -> Task:
    """A task without noise: an optimiser sees how good a configuration truly is."""
    return Task(observe=lambda config, rng: truth(config), truth=truth, **facts)


def number(kind: str, low: float, high: float, log: bool = False) -> dict:
    return {"type": kind, "low": low, "high": high, **({"log": True} if log else {})}


def categorical(choices: list) -> dict:
    return {"type": "categorical", "choices": choices}


def from_unit(params: dict[str, dict], unit: np.ndarray) -> list[dict]:
    """Rows of the unit cube as configurations."""
    columns = {name: column_from_unit(param, unit[:, i]) for i, (name, param) in enumerate(params.items())}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def column_from_unit(param: dict, unit: np.ndarray) -> list:
    if param["type"] == "categorical":
        choices = param["choices"]
        return [choices[min(int(u * len(choices)), len(choices) - 1)] for u in unit]
    margin = 0.5 if param["type"] == "int" else 0
    low, high = param["low"] - margin, param["high"] + margin
    if param.get("log"):
        low, high = np.log(low), np.log(high)
    values = low + unit * (high - low)
    if param.get("log"):
        values = np.exp(values)
    if param["type"] == "int":
        values = np.clip(np.round(values), param["low"], param["high"]).astype(int)
    return np.clip(values, param["low"], param["high"]).tolist()
