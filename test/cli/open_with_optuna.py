"""What Optuna sees in an exported journal, after it has added a trial. Used by export.test.ts.

    python open_with_optuna.py JOURNAL STUDY
"""
import json, sys, warnings
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
path, name = sys.argv[1:]
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
study = optuna.load_study(study_name=name, storage=storage)
seen = [{"state": trial.state.name, "params": trial.params, "value": trial.value} for trial in study.trials]
best = study.best_trial.number
trial = study.ask(study.trials[0].distributions)
study.tell(trial, 0.25)
print(json.dumps({"seen": seen, "best": best, "added": trial.number}))
