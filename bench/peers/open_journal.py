"""Opens the study of a journal with Optuna; prints what it took as JSON."""

import json
import resource
import sys
import time

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
begin, cpu = time.perf_counter(), time.process_time()
study = optuna.load_study(study_name=None, storage=JournalStorage(JournalFileBackend(sys.argv[1])))
trials = len(study.get_trials(deepcopy=False))
seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    json.dumps(
        {
            "seconds": seconds,
            "cpuSeconds": cpu,
            "megabytes": megabytes,
            "trials": trials,
            "versions": {"Optuna": optuna.__version__},
        }
    )
)
