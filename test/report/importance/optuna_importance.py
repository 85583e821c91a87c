"""Importances that Optuna 5.0.0 gives studies: reads them as JSON from stdin, writes a list of shares by method to stdout."""

import importlib.util
import json
import sys

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator, get_param_importances

optuna.logging.set_verbosity(optuna.logging.ERROR)


def distribution(param):
    if param["type"] == "boolean":
        return CategoricalDistribution([False, True])
    if param["type"] == "categorical":
        return CategoricalDistribution(param["choices"])
    kind = IntDistribution if param["type"] == "int" else FloatDistribution
    return kind(param["low"], param["high"], log=param["log"], step=param["step"])


def importances(study, evaluator):
    return get_param_importances(study, evaluator=evaluator)


def answer(given):
    distributions = {param["name"]: distribution(param) for param in given["params"]}
    study = optuna.create_study(direction=given["direction"])
    for config, value in given["trials"]:
        active = {name: distributions[name] for name in config}
        study.add_trial(optuna.trial.create_trial(params=config, distributions=active, value=value))
    found = {"ped": importances(study, PedAnovaImportanceEvaluator())}
    # fANOVA takes seconds for more trials, and wants scikit-learn.
    if len(given["trials"]) > 120 or importlib.util.find_spec("sklearn") is None:
        return found
    return {**found, "fanova": importances(study, FanovaImportanceEvaluator(seed=1))}


print(json.dumps([answer(given) for given in json.load(sys.stdin)]))
