-- For compose.yaml: passwords out of the environment, so that they stand in no command line.
\getenv coordinator COORDINATOR_PASSWORD
\getenv worker WORKER_PASSWORD
ALTER ROLE tune_coordinator PASSWORD :'coordinator';
ALTER ROLE tune_worker PASSWORD :'worker';
