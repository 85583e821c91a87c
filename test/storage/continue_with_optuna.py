"""Opens a journal with Optuna, says what it sees, and adds trials. Used by optuna.test.ts.

    python continue_with_optuna.py JOURNAL STUDY [CHOICES | CONFIGURATION]

Three TPE trials with the distributions of trial 0; or, given the choices of a parameter "c", one trial with these; or,
given a configuration, none but one that waits with it.
"""
import json, math, sys, warnings
import optuna
from optuna.distributions import CategoricalDistribution

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
path, name, *more = sys.argv[1:]
given = json.loads(more[0]) if more else None
choices = given if isinstance(given, list) else None
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
study = optuna.load_study(study_name=name, storage=storage, sampler=optuna.samplers.TPESampler(seed=1, n_startup_trials=2))

def text(value):
    return value if value is None or math.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")

def plain(trial):
    return {
        "state": trial.state.name,
        "params": trial.params,
        "value": text(trial.value),
        "intermediate": [[step, text(value)] for step, value in trial.intermediate_values.items()],
        "attributes": trial.user_attrs,
        "started": trial.datetime_start.astimezone().isoformat() if trial.datetime_start else None,
    }

seen = [plain(trial) for trial in study.trials]
complete = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
best = study.best_trial.number if complete else None
distributions = {"c": CategoricalDistribution(choices)} if choices else study.trials[0].distributions
added = []
if isinstance(given, dict):
    study.enqueue_trial(given, user_attrs={"by": "Optuna"}, skip_if_exists=True)
for _ in range(0 if isinstance(given, dict) else 1 if choices else 3):
    trial = study.ask(distributions)
    trial.report(0.5, 1)
    trial.set_user_attr("by", "Optuna")
    added.append(plain(study.tell(trial, 0.25)))
importance = optuna.importance.get_param_importances(study) if len(complete) > 1 else {}
print(json.dumps({"best": best, "seen": seen, "added": added, "important": sorted(importance)}))
