/** What `tune nightly --schedule` does: waits, and runs a night whenever one is due and no other process runs it. */
import { resolve } from 'node:path';
import { TuneError } from '../errors.ts';
import type { Database } from '../storage/postgres/database.ts';
import { openTables } from '../storage/postgres/migrations.ts';
import { printable } from '../text.ts';
import { checkCron, nextDue, ownZone } from '../tune/cron.ts';
import { keepNights } from '../tune/night-schedule.ts';
import { scheduleNights, unscheduleNights } from '../tune/night-turns.ts';
import { reportError } from './failure.ts';
import { onSignals } from './interruption.ts';
import type { NightlyCommandOptions } from './nightly.ts';
import { say } from './streams.ts';
import { watchedNight } from './watched-night.ts';

type Options = NightlyCommandOptions & { readonly schedule: string };

/** In place of a schedule: there is to be none. */
const none = 'none';

/**
 * @returns once it was told to end, or the schedule was removed
 * @throws TuneError USAGE for a schedule that is none, STORAGE_FAILED where the database is gone for good
 */
export async function scheduledNights(folder: string, { schedule, ...options }: Options): Promise<void> {
  const { storage, json = false } = options;
  if (storage === undefined)
    throw new TuneError('USAGE', {
      message: '--schedule needs --storage: the database says when a night is due, and which process runs it',
      hint: 'without a database, the timer of systemd or a line for cron runs `tune nightly`: examples/nightly',
    });
  const cron = schedule === none ? none : checkCron(schedule);
  const path = resolve(folder);
  const database = await openTables(storage, { name: 'tune nightly', supervise: true, notice: say });
  try {
    if (cron === none) await remove(database, path);
    else await stay(database, path, cron, { ...options, json });
  } finally {
    await database.close();
  }
}

async function remove(database: Database, path: string): Promise<void> {
  const wasThere = await unscheduleNights(database, path);
  say(
    printable(wasThere ? `the nights of ${path} have no schedule any more` : `the nights of ${path} had no schedule`),
  );
}

async function stay(database: Database, path: string, cron: string, options: NightlyCommandOptions): Promise<void> {
  const stop = new AbortController();
  const giveBackSignals = onSignals(() => stop.abort());
  const zone = ownZone();
  const tell = options.quiet ? (): void => undefined : say;
  const tellNext = (): void =>
    tell(printable(`next night of ${path}: ${nextDue({ cron, zone }, new Date())} (${zone})`));
  let isCut = false;
  try {
    const turns = await scheduleNights(database, path, { cron, zone });
    tellNext();
    const why = await keepNights({
      turns,
      signal: stop.signal,
      async run({ elapsed }, signal) {
        if (elapsed > 0) tell('goes on with the night that was cut off');
        try {
          isCut = await watchedNight(path, { ...options, elapsed, signal });
        } catch (error) {
          // The next night may be a better one.
          reportError(error, { json: options.json === true });
          isCut = false;
        }
        if (!isCut) tellNext();
        return !isCut;
      },
    });
    if (why === 'removed') tell('the schedule was removed');
    // What became of a night that ended is in its report.
    if (!isCut) process.exitCode = 0;
  } finally {
    giveBackSignals();
  }
}
