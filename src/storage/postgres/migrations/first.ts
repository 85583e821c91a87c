/** Version 1 of the tables. What a column means, the comments say: they are for those who ask by SQL too. */
export const first = `
CREATE SCHEMA tune;
CREATE TABLE tune.version (version int NOT NULL);
INSERT INTO tune.version VALUES (0);

CREATE TABLE tune.study (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- What happened, in order: the truth of a study. A number is taken once, so that of several who decide at once one does.
CREATE TABLE tune.event (
  study int NOT NULL REFERENCES tune.study ON DELETE CASCADE,
  seq int NOT NULL,
  writer uuid NOT NULL,
  body json NOT NULL,
  PRIMARY KEY (study, seq)
);

-- Processes that decide what a study tries next.
CREATE TABLE tune.member (
  study int NOT NULL REFERENCES tune.study ON DELETE CASCADE,
  id uuid NOT NULL,
  host text NOT NULL,
  pid int NOT NULL,
  lease_until timestamptz NOT NULL,
  PRIMARY KEY (study, id)
);

-- Processes that train.
CREATE TABLE tune.worker (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  pid int NOT NULL,
  slots int NOT NULL,
  tags text[] NOT NULL,
  memory int,
  draining boolean NOT NULL DEFAULT false,
  started_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL
);

-- What the trials of a study train, by the SHA-256 of its text.
CREATE TABLE tune.setup (
  study int NOT NULL REFERENCES tune.study ON DELETE CASCADE,
  hash text NOT NULL,
  body json NOT NULL,
  PRIMARY KEY (study, hash)
);

-- Queues of pg-boss, and what a worker needs to take from them; memory in megabytes.
CREATE TABLE tune.queue (
  name text PRIMARY KEY,
  tags text[] NOT NULL,
  memory int
);

-- Trials that are to run, run, or have ended without their study having said so. "attempt" counts claims: who has an earlier
-- one may write nothing any more. "run" is the study's own count of attempts.
CREATE TABLE tune.trial (
  study int NOT NULL REFERENCES tune.study ON DELETE CASCADE,
  number int NOT NULL,
  run int NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done')),
  attempt int NOT NULL DEFAULT 0,
  owner uuid,
  lease_until timestamptz,
  coordinator uuid NOT NULL,
  queue text NOT NULL REFERENCES tune.queue,
  job uuid NOT NULL,
  body json NOT NULL,
  result json,
  cancelled boolean NOT NULL DEFAULT false,
  PRIMARY KEY (study, number)
);
CREATE INDEX trial_lease ON tune.trial (lease_until) WHERE state = 'running';
CREATE INDEX trial_coordinator ON tune.trial (coordinator);
CREATE INDEX trial_job ON tune.trial (job);

-- Measurements of those, and what the pruner said: null while nobody has judged.
CREATE TABLE tune.epoch (
  study int NOT NULL,
  number int NOT NULL,
  step int NOT NULL,
  value float8 NOT NULL,
  metrics json,
  bytes float8,
  verdict text,
  judge uuid,
  PRIMARY KEY (study, number, step),
  FOREIGN KEY (study, number) REFERENCES tune.trial ON DELETE CASCADE
);

-- Files of trials in the store of artifacts: weights, backups.
CREATE TABLE tune.artifact (
  study int NOT NULL REFERENCES tune.study ON DELETE CASCADE,
  number int NOT NULL,
  name text NOT NULL,
  key text NOT NULL,
  attempt int NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (study, number, name)
);

-- The files that a study reads.
CREATE TABLE tune.file (
  study int NOT NULL REFERENCES tune.study ON DELETE CASCADE,
  path text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (study, path)
);

-- The nights of a folder of space files that have a schedule; without cron it was taken away. "latest" is the newest time,
-- on a clock on the wall, that needs no night any more. A night that has begun and has no end is its owner's for a lease, and
-- then goes on with whoever comes.
CREATE TABLE tune.night (
  queue text PRIMARY KEY,
  folder text NOT NULL,
  cron text,
  zone text NOT NULL,
  latest text NOT NULL,
  began_at timestamptz,
  tries int NOT NULL DEFAULT 0,
  owner uuid,
  lease_until timestamptz
);

-- For people: one row for each trial that has ended.
CREATE VIEW tune.result AS
SELECT study.name AS study,
  (ended.body ->> 'trial')::int AS trial,
  ended.body #>> '{result,state}' AS state,
  (ended.body #>> '{result,value}')::float8 AS value,
  begun.body -> 'config' AS config,
  ended.body #> '{result,attributes}' AS attributes,
  (begun.body ->> 'at')::timestamptz AS started_at,
  (ended.body ->> 'at')::timestamptz AS finished_at
FROM tune.study
JOIN tune.event ended ON ended.study = study.id AND ended.body ->> 'type' = 'trial-finished'
JOIN LATERAL (
  SELECT body FROM tune.event
  WHERE event.study = study.id AND body ->> 'type' = 'trial-started' AND body ->> 'trial' = ended.body ->> 'trial'
  ORDER BY seq DESC LIMIT 1
) begun ON true;
`;
