/** The studies of a database, for those who look at them. Reads only, but for what is said to. */
import { TuneError } from '../../errors.ts';
import type { StudyEvent } from '../../study/events.ts';
import { follow, type StudyState } from '../../study/fold.ts';
import { suggest } from '../../space/nearest.ts';
import type { StudyUser } from '../study-source.ts';
import type { Asked, Database } from './database.ts';
import { textOfEvent } from './event-text.ts';
import { eventsAfter } from './storage.ts';

/** Names of the studies in which anything has happened, in order. */
export async function namesInDatabase({ query }: Database): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    'SELECT name FROM tune.study WHERE EXISTS (SELECT FROM tune.event WHERE study = id) ORDER BY name',
  );
  return rows.map(({ name }) => name);
}

/**
 * The same, that in which something happened last first, by what the events say. Their text is searched: JSON with a
 * character that PostgreSQL's texts cannot hold is kept, and yet has no fields to it.
 */
export async function latestInDatabase({ query }: Database): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    `SELECT name FROM tune.study
     JOIN LATERAL (
       SELECT substring(body::text FROM '"at":"([^"]*)"\\}$') AS at FROM tune.event
       WHERE study = id AND body::text ~ '"at":"[^"]*"\\}$' ORDER BY seq DESC LIMIT 1
     ) last ON true
     ORDER BY at DESC, id DESC`,
  );
  return rows.map(({ name }) => name);
}

/** @throws TuneError STUDY_UNKNOWN */
export async function findInDatabase(database: Database, name: string): Promise<number> {
  const [row] = await database.query<{ id: number }>('SELECT id FROM tune.study WHERE name = $1', [name]);
  if (row) return row.id;
  throw new TuneError('STUDY_UNKNOWN', {
    message: `no study "${name}" in ${database.shown}`,
    ...suggest(name, await namesInDatabase(database)),
  });
}

/** The same study again and again, while others write: each time only what has come since is read. */
export function databaseStateReader(database: Database, study: number): () => Promise<StudyState> {
  const trials = follow();
  let seq = 0;
  return async () => {
    for await (const event of eventsAfter(database.query, study, seq)) {
      seq += 1;
      trials.apply(event);
    }
    return trials.state();
  };
}

/** Those that live, by the clock of the server. */
export async function usersInDatabase({ query }: Asked, study: number): Promise<readonly StudyUser[]> {
  return query<StudyUser>(
    'SELECT host, pid FROM tune.member WHERE study = $1 AND lease_until > now() ORDER BY host, pid',
    [study],
  );
}

/**
 * Writes a study that there is not, all of it or nothing.
 * @throws TuneError USAGE where there is one of this name
 */
export async function putIntoDatabase(
  database: Database,
  name: string,
  writer: string,
  events: readonly StudyEvent[],
): Promise<void> {
  await database.transaction(async query => {
    const [study] = await query<{ id: number }>(
      'INSERT INTO tune.study (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id',
      [name],
    );
    if (!study)
      throw new TuneError('USAGE', {
        message: `there is a study "${name}" in ${database.shown}`,
        hint: 'give another --name',
      });
    for (let start = 0; start < events.length; start += batch)
      await query(
        `INSERT INTO tune.event (study, seq, writer, body)
         SELECT $1, $2 + place, $3, body::json FROM unnest($4::text[]) WITH ORDINALITY AS given (body, place)`,
        [study.id, start, writer, events.slice(start, start + batch).map(textOfEvent)],
      );
  });
}

const batch = 1000;

/**
 * Keeps a study that starts over under another name, where anything has happened in it.
 * @throws TuneError STUDY_IN_USE
 */
export async function setAsideInDatabase({ transaction }: Database, name: string, other: string): Promise<void> {
  await transaction(async query => {
    const [study] = await query<{ id: number }>(
      'SELECT id FROM tune.study WHERE name = $1 AND EXISTS (SELECT FROM tune.event WHERE study = id) FOR UPDATE',
      [name],
    );
    if (!study) return;
    const [user] = await usersInDatabase({ query }, study.id);
    if (user) throw new TuneError('STUDY_IN_USE', `process ${user.pid} on ${user.host} has the study "${name}" open`);
    await query('UPDATE tune.study SET name = $2 WHERE id = $1', [study.id, other]);
    // What its workers still run is for nobody.
    await query('DELETE FROM tune.trial WHERE study = $1', [study.id]);
  });
}
