"""Rivals behind one interface: ask() gives a configuration, tell(value) its loss. Their own defaults throughout."""

import logging
import warnings

import numpy as np


class OptunaRival:
    def __init__(self, params: dict[str, dict], sampler, pruner=None):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore")
        self.params = params
        self.study = optuna.create_study(sampler=sampler, pruner=pruner)

    def ask(self) -> dict:
        self.trial = self.study.ask()
        return {name: suggest(self.trial, name, param) for name, param in self.params.items()}

    def report(self, step: int, value: float) -> bool:
        """Whether the trial should go on."""
        self.trial.report(value, step)
        return not self.trial.should_prune()

    def tell(self, value: float) -> None:
        self.study.tell(self.trial, value)

    def prune(self) -> None:
        import optuna

        self.study.tell(self.trial, state=optuna.trial.TrialState.PRUNED)

    def close(self) -> None:
        """In memory: nothing to let go of."""


class RustunaRival(OptunaRival):
    def __init__(self, params: dict[str, dict], seed: int):
        import rustuna

        self.params = params
        self.study = rustuna.create_study(sampler=rustuna.samplers.TPESampler(seed=seed))

    def tell(self, value: float) -> None:
        self.study.tell(self.trial.number, value)


class HyperoptRival:
    def __init__(self, params: dict[str, dict], seed: int):
        import hyperopt

        logging.getLogger("hyperopt").setLevel(logging.ERROR)
        self.hyperopt, self.params = hyperopt, params
        self.rng = np.random.default_rng(seed)
        self.domain = hyperopt.base.Domain(None, {name: self.node(name, param) for name, param in params.items()})
        self.trials = hyperopt.Trials()

    def node(self, name: str, param: dict):
        hp = self.hyperopt.hp
        if param["type"] == "categorical":
            return hp.choice(name, param["choices"])
        low, high = param["low"], param["high"]
        if param["type"] == "int":
            return hp.qloguniform(name, np.log(low), np.log(high), 1) if param.get("log") else hp.uniformint(name, low, high)
        return hp.loguniform(name, np.log(low), np.log(high)) if param.get("log") else hp.uniform(name, low, high)

    def ask(self) -> dict:
        ids = self.trials.new_trial_ids(1)
        self.trials.refresh()
        [self.doc] = self.hyperopt.tpe.suggest(ids, self.domain, self.trials, int(self.rng.integers(2**31 - 1)))
        drawn = {name: values[0] for name, values in self.doc["misc"]["vals"].items()}
        return {name: decode(param, drawn[name]) for name, param in self.params.items()}

    def tell(self, value: float) -> None:
        self.doc["result"] = {"status": self.hyperopt.STATUS_OK, "loss": value}
        self.doc["state"] = self.hyperopt.JOB_STATE_DONE
        self.trials.insert_trial_docs([self.doc])
        self.trials.refresh()


def suggest(trial, name: str, param: dict):
    if param["type"] == "categorical":
        return trial.suggest_categorical(name, param["choices"])
    draw = trial.suggest_int if param["type"] == "int" else trial.suggest_float
    return draw(name, param["low"], param["high"], log=param.get("log", False))


def decode(param: dict, value):
    if param["type"] == "categorical":
        return param["choices"][int(value)]
    return int(value) if param["type"] == "int" else float(value)


def optuna_tpe(params: dict[str, dict], seed: int):
    import optuna

    return OptunaRival(params, optuna.samplers.TPESampler(seed=seed))


def optuna_pruner(name: str, **knobs):
    """The same TPE with a pruner, which gets `epochs` as its largest step where it wants to know it."""

    def open_study(params: dict[str, dict], seed: int, epochs: int) -> OptunaRival:
        import optuna

        known = {key: epochs if value == "epochs" else value for key, value in knobs.items()}
        return OptunaRival(params, optuna.samplers.TPESampler(seed=seed), getattr(optuna.pruners, name)(**known))

    return open_study


def optuna_random(params: dict[str, dict], seed: int):
    import optuna

    return OptunaRival(params, optuna.samplers.RandomSampler(seed=seed))


def optuna_gp(params: dict[str, dict], seed: int):
    import optuna
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # `with torch.device("cpu")` is of PyTorch 2; Debian's 1.13 knows the CPU only, and needs no such thing.
        if torch.__version__.startswith("1."):
            from contextlib import nullcontext

            torch.device = lambda name: nullcontext()
        return OptunaRival(params, optuna.samplers.GPSampler(seed=seed))


RIVALS = {
    "optuna-tpe": optuna_tpe,
    "optuna-random": optuna_random,
    "rustuna-tpe": RustunaRival,
    "hyperopt-tpe": HyperoptRival,
    "optuna-gp": optuna_gp,
}

PRUNING_RIVALS = {
    "optuna-median": optuna_pruner("MedianPruner"),
    "optuna-sha": optuna_pruner("SuccessiveHalvingPruner"),
    "optuna-hyperband": optuna_pruner("HyperbandPruner", max_resource="epochs"),
}
