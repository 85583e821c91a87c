"""Studies that Optuna 5 keeps in SQLite and in a journal, and what Optuna itself says of them:
python3 test/golden/make-optuna-import.py (needs optuna==5.0.0). The same two studies in both files: one with all states,
conditional parameters and values that are no numbers, one with two objectives."""
import json
import math
import os

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
folder = os.path.dirname(os.path.abspath(__file__))


def objective(trial):
    lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    depth = trial.suggest_int("depth", 1, 9, step=2)
    optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam", None])
    momentum = trial.suggest_float("momentum", 0, 0.9, step=0.1) if optimizer == "sgd" else 0
    trial.set_user_attr("note", {"text": "é \"quoted\"", "list": [1, None]})
    for step in range(3):
        value = (math.log10(lr) + 3) ** 2 + depth / 10 + momentum + 1 / (step + 1)
        trial.report(math.nan if trial.number == 3 and step == 1 else math.inf if trial.number == 4 else value, step)
        if trial.number == 5 and step == 1:
            raise optuna.TrialPruned()
    if trial.number == 6:
        raise ValueError("diverged")
    return math.nan if trial.number == 7 else value


def several(trial):
    x = trial.suggest_float("x", -2, 2)
    return x**2, (x - 1) ** 2


def fill(storage):
    sampler = optuna.samplers.RandomSampler(seed=3)
    study = optuna.create_study(study_name="mixed", storage=storage, sampler=sampler)
    study.set_user_attr("long", "x" * 9000)  # longer than a page of the file
    study.optimize(objective, n_trials=40, catch=(ValueError,))
    study.ask().suggest_float("lr", 1e-5, 1e-1, log=True)
    study.enqueue_trial({"lr": 0.01, "optimizer": "adam"}, user_attrs={"why": "a guess"})
    two = optuna.create_study(
        study_name="two", storage=storage, directions=["minimize", "maximize"], sampler=optuna.samplers.RandomSampler(seed=4)
    )
    two.optimize(several, n_trials=5)


def plain(value):
    return value if value is None or math.isfinite(value) else json.dumps(value)  # "NaN", "Infinity"


def shown(storage, name):
    study = optuna.load_study(study_name=name, storage=storage)
    return {
        "directions": [direction.name.lower() for direction in study.directions],
        "trials": [
            {
                "state": trial.state.name,
                "params": trial.params or trial.system_attrs.get("fixed_params", {}),
                "values": trial.values and [plain(value) for value in trial.values],
                "intermediate": [[step, plain(value)] for step, value in sorted(trial.intermediate_values.items())],
                "attributes": trial.user_attrs,
                "started": trial.datetime_start and trial.datetime_start.astimezone().isoformat(),
            }
            for trial in study.trials
        ],
    }


os.environ["TZ"] = "UTC"
for name in ["optuna-import.db", "optuna-import.log"]:
    if os.path.exists(os.path.join(folder, name)):
        os.remove(os.path.join(folder, name))
database = f"sqlite:///{folder}/optuna-import.db"
journal = JournalStorage(JournalFileBackend(os.path.join(folder, "optuna-import.log")))
expected = {}
for kind, storage in [("db", database), ("log", journal)]:
    fill(storage)
    expected[kind] = {name: shown(storage, name) for name in ["mixed", "two"]}
with open(os.path.join(folder, "optuna-import.json"), "w") as file:
    json.dump({"optuna": optuna.__version__, **expected}, file, allow_nan=False)
