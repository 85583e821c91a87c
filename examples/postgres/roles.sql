-- Who may do what in a database of studies. As a superuser, after `tune migrate` by the owner of the database, and again
-- after each update:
--
--   psql --set ON_ERROR_STOP=1 --file roles.sql tune
--
-- There are three roles: the owner, who makes tables and runs no study; tune_coordinator for `tune run`; tune_worker for
-- `tune worker`. In psql, \password tune_worker gives a password and shows it to nobody.

BEGIN;

DO $$
BEGIN
  IF to_regrole('tune_coordinator') IS NULL THEN CREATE ROLE tune_coordinator LOGIN; END IF;
  IF to_regrole('tune_worker') IS NULL THEN CREATE ROLE tune_worker LOGIN; END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO tune_coordinator, tune_worker', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- From here on nothing is theirs but what stands below.
REVOKE ALL ON SCHEMA tune, tune_boss FROM tune_coordinator, tune_worker;
REVOKE ALL ON ALL TABLES IN SCHEMA tune, tune_boss FROM tune_coordinator, tune_worker;
GRANT USAGE ON SCHEMA tune, tune_boss TO tune_coordinator, tune_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA tune TO tune_coordinator, tune_worker;

-- What happened is written once, and nobody changes it.
GRANT INSERT ON tune.event TO tune_coordinator;
-- A study that starts over is kept under another name.
GRANT INSERT, UPDATE (name) ON tune.study TO tune_coordinator;
GRANT INSERT, UPDATE, DELETE ON tune.member, tune.trial, tune.file TO tune_coordinator;
GRANT UPDATE (verdict, judge) ON tune.epoch TO tune_coordinator;
GRANT INSERT ON tune.setup, tune.queue TO tune_coordinator;
-- Which night was begun last, and by whom.
GRANT INSERT, UPDATE ON tune.night TO tune_coordinator;

-- A worker takes trials, says what comes of them, and keeps their files. It makes no trial, and changes none that it is given.
GRANT UPDATE (state, attempt, owner, lease_until, job, result) ON tune.trial TO tune_worker;
GRANT INSERT, UPDATE (bytes) ON tune.epoch TO tune_worker;

-- Both come and go, and clear up behind the dead.
GRANT INSERT, UPDATE, DELETE ON tune.worker, tune.artifact TO tune_coordinator, tune_worker;

-- pg-boss: jobs for all, and its housekeeping for coordinators.
GRANT SELECT ON tune_boss.version, tune_boss.queue TO tune_coordinator, tune_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON tune_boss.job TO tune_coordinator, tune_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON tune_boss.schedule TO tune_coordinator;
GRANT UPDATE ON tune_boss.version TO tune_coordinator;
GRANT SELECT, INSERT, DELETE ON tune_boss.archive TO tune_coordinator;

-- A queue is a table, so it is made with the rights of the owner: by this one function, and by nobody but coordinators.
ALTER FUNCTION tune_boss.create_queue(text, json) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
REVOKE ALL ON FUNCTION tune_boss.create_queue(text, json), tune_boss.delete_queue(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tune_boss.create_queue(text, json) TO tune_coordinator;

COMMIT;
