"""One process asks for trials and tells what they come to, with Optuna's RDBStorage, as bench/postgres/ask-tell.js does."""
import json
import sys
import time

import optuna
import psycopg2

options = json.loads(sys.argv[1])
optuna.logging.set_verbosity(optuna.logging.ERROR)
storage = optuna.storages.RDBStorage(options["address"].replace("postgres://", "postgresql+psycopg2://"))
study = optuna.create_study(
    storage=storage, sampler=optuna.samplers.RandomSampler(seed=1), pruner=optuna.pruners.NopPruner()
)
begin = time.perf_counter()
for _ in range(options["trials"]):
    trial = study.ask()
    for name in ("learningRate", "weightDecay"):
        trial.suggest_float(name, 1e-6, 1, log=True)
    trial.suggest_float("dropout", 0, 0.7)
    trial.suggest_int("units", 16, 512, log=True)
    trial.suggest_int("filters", 8, 128, log=True)
    trial.suggest_categorical("batchSize", [16, 32, 64, 128])
    trial.suggest_categorical("optimizer", ["sgd", "adam", "adamw"])
    trial.suggest_categorical("activation", ["relu", "gelu", "tanh"])
    for step in range(1, options["epochs"] + 1):
        trial.report(1 / step, step)
        trial.should_prune()
    study.tell(trial, 0.5)
seconds = time.perf_counter() - begin
versions = {"Optuna": optuna.__version__, "psycopg2": psycopg2.__version__.split()[0]}
print(json.dumps({"perSecond": options["trials"] / seconds, "versions": versions}))
