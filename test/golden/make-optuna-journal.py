"""A journal that Optuna wrote, and what Optuna reads in it, for test/storage/optuna-journal.test.ts.

    python -m venv venv && venv/bin/pip install optuna==5.0.0 && venv/bin/python test/golden/make-optuna-journal.py test/golden

Writes optuna-journal.log and optuna-journal.json into the folder. Other studies, one of them deleted, share the file.
"""
import json, math, os, sys, warnings
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
folder = sys.argv[1]
path = os.path.join(folder, "optuna-journal.log")
if os.path.exists(path):
    os.remove(path)
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))

def create(name, direction="minimize"):
    return optuna.create_study(
        study_name=name, direction=direction, storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))

def suggest(trial):
    trial.suggest_float("lr", 1e-5, 1, log=True)
    trial.suggest_float("momentum", 0, 0.9, step=0.1)
    trial.suggest_int("units", 16, 256, log=True)
    trial.suggest_int("layers", 1, 5, step=2)
    trial.suggest_categorical("activation", ["relu", None, True, 2, 0.5])
    return trial

study = create("first", "maximize")
doomed = create("doomed")
doomed.tell(doomed.ask(), 1.0)
study.set_user_attr("note", "made with Optuna")

trial = suggest(study.ask())
for step, value in enumerate([0.5, math.nan, math.inf, -math.inf, 0.75], start=1):
    trial.report(value, step)
trial.set_user_attr("seconds", 1.5)
trial.set_user_attr("nested", {"list": [1, None, "NaN", {"deep": True}]})
study.tell(trial, 0.75)

optuna.delete_study(study_name="doomed", storage=storage)
second = create("doomed")
second.tell(suggest(second.ask()), 3.0)

trial = suggest(study.ask())
trial.report(0.25, 0)
trial.report(0.125, 10)
study.tell(trial, state=TrialState.PRUNED)
study.tell(suggest(study.ask()), state=TrialState.FAIL)

study.enqueue_trial({"lr": 0.1, "momentum": 0.5, "units": 20, "layers": 3, "activation": None})
study.tell(suggest(study.ask()), 0.5)
study.add_trial(create_trial(
    value=0.875,
    params={"lr": 0.2, "activation": True},
    distributions={"lr": FloatDistribution(1e-5, 1, log=True), "activation": CategoricalDistribution(["relu", None, True, 2, 0.5])},
    intermediate_values={1: 0.5, 2: math.nan},
    user_attrs={"from": "elsewhere"}))
running = study.ask()
running.suggest_float("lr", 1e-5, 1, log=True)
running.report(0.0625, 1)
study.enqueue_trial({"lr": 0.001})

def text(value):
    return value if value is None or math.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")

loaded = optuna.load_study(study_name="first", storage=storage)
print(json.dumps({
    "optuna": optuna.__version__,
    "best": loaded.best_trial.number,
    "trials": [{
        "state": trial.state.name,
        "params": trial.params or trial.system_attrs.get("fixed_params", {}),
        "value": text(trial.value),
        "intermediate": [[step, text(value)] for step, value in trial.intermediate_values.items()],
        "attributes": trial.user_attrs,
        "started": trial.datetime_start and trial.datetime_start.astimezone().isoformat(),
    } for trial in loaded.trials],
}, indent=1), file=open(os.path.join(folder, "optuna-journal.json"), "w"))
