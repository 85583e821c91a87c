"""Opens a journal of several objectives with Optuna, says what it sees, and adds a trial. Used by optuna.test.ts.

    python several_with_optuna.py JOURNAL STUDY
"""
import json, sys, warnings
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
path, name = sys.argv[1:]
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
study = optuna.load_study(study_name=name, storage=storage, sampler=optuna.samplers.TPESampler(seed=1, n_startup_trials=2))
seen = [{"state": trial.state.name, "values": trial.values} for trial in study.trials]
best = [trial.number for trial in study.best_trials]
added = study.ask(study.trials[0].distributions)
study.tell(added, [-1.0, 100.0])
print(json.dumps({
    "directions": [direction.name for direction in study.directions],
    "seen": seen,
    "best": best,
    "added": added.number,
}))
