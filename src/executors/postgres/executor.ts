/**
 * Runs trials on other machines: queues them in a database, judges what their workers measure, and takes what comes out. A
 * trial that an earlier process has queued goes on as it is: whatever it has come to by now counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../storage/postgres/database.ts';
import type { Executor, Observer, Outcome } from '../../study/ports.ts';
import type { Config } from '../../space/space.ts';
import type { TrialResult } from '../../study/trial.ts';
import { forget, judge, readNews, type Judged, type Unjudged } from './runs.ts';
import { cancelTrial, queueTrial } from './queueing.ts';
import type { Needs } from '../needs.ts';
import { channelOf } from './queues.ts';
import { sweep } from './sweep.ts';
import { wakeable } from './wakeable.ts';
import { liveSlots, textOfNeeds, unserved } from './workers.ts';

export interface DatabaseExecutorOptions {
  readonly database: Database;
  /** Number of the study there. */
  readonly study: number;
  /** This process, as the study knows it. */
  readonly member: string;
  /** Names what the trials train: keepSetup(). */
  readonly setup: string;
  readonly needsOf: (config: Config) => Needs;
  /** Trials at once, at most. Default: as many as the workers have slots. */
  readonly most?: number;
  /** Told when there is no worker, and when there is one again. */
  readonly notice: (text: string) => void;
}

export interface DatabaseExecutor extends Executor {
  /** To be called when the study has recorded how a trial ended: until then it is kept for whoever takes over. */
  recorded(trial: number): void;
}

interface Run {
  readonly observe: Observer;
  readonly resolve: (outcome: Outcome) => void;
}

/** Milliseconds from one look to the next, for each trial that runs, and at most: what comes close together is stored together. */
const gatheringEach = 1;
const gatheringMost = 50;
/** And when nobody is notified. */
const pulse = 1000;
/** And between two looks at who works, and at who does no more. */
const round = 1000;

const interrupted: TrialResult = {
  state: 'failed',
  failure: { cause: 'interrupted', message: 'another process goes on with it' },
};

export async function databaseExecutor(options: DatabaseExecutorOptions): Promise<DatabaseExecutor> {
  const { database, study, member, setup, needsOf, most = Infinity, notice } = options;
  const runs = new Map<number, Run>();
  const settled: number[] = [];
  let looked = -Infinity;
  let slots = 0;
  let missing = '';

  const look = async (): Promise<void> => {
    const gathering = Math.min(gatheringMost, runs.size * gatheringEach);
    await sleep(Math.max(0, looked + gathering - performance.now()));
    looked = performance.now();
    if (runs.size === 0) return;
    const asked = new Map(runs);
    const { unjudged, ended } = await readNews(database, study, member, [...asked.keys()]);
    const known = unjudged.flatMap(row => {
      const run = asked.get(row.number);
      return run ? { run, row } : [];
    });
    // All at once: a study stores together what it hears together.
    const judged = await Promise.all(
      known.map(async ({ run, row }) => ({ ...row, verdict: await verdictOf(run, row) })),
    );
    if (judged.length > 0) await judge(database, study, member, judged);
    // What ended unjudged has ended now.
    if (judged.some(({ isOver }) => isOver)) looks.wake();
    for (const { number, outcome, isMine } of ended) {
      const run = asked.get(number)!;
      // Another one may have begun meanwhile.
      if (runs.get(number) === run) runs.delete(number);
      run.resolve(isMine ? outcome : interrupted);
    }
  };
  /** The database is gone for good: nothing will come any more. */
  const fail = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    for (const { resolve } of runs.values()) resolve({ state: 'failed', failure: { cause: 'error', message } });
    runs.clear();
  };
  const forgetSettled = async (): Promise<void> => {
    const numbers = [...settled];
    await forget(database, study, numbers);
    settled.splice(0, numbers.length);
  };
  const goRound = async (): Promise<void> => {
    await forgetSettled();
    slots = await liveSlots(database);
    const wanted = (await unserved(database, study)).map(textOfNeeds).join('; ');
    if (wanted !== '' && wanted !== missing) notice(`trials wait for ${wanted}`);
    else if (wanted !== missing && slots > 0) notice(`workers are there: ${slots} trials at once`);
    missing = wanted;
    await sweep(database);
  };
  const looks = wakeable(look, fail);
  // What fails is tried again with the next one.
  const rounds = wakeable(goRound, () => undefined);

  const unlisten = await database.listen(channelOf(member), looks.wake);
  await goRound();
  const timers = [setInterval(looks.wake, pulse), setInterval(rounds.wake, round)];

  return {
    get slots() {
      // One waits for the first worker.
      return Math.max(1, Math.min(most, slots));
    },
    async run(job, observe, signal) {
      if (signal?.aborted) return interrupted;
      const queue = { study, member, setup, needs: needsOf(job.config) };
      // Another process had taken it over, and has died since.
      runs.get(job.trial)?.resolve(interrupted);
      runs.delete(job.trial);
      if (!(await queueTrial(database, queue, job))) return interrupted;
      // Not before: what the tables said of the trial until now is of an earlier run.
      const outcome = new Promise<Outcome>(resolve => runs.set(job.trial, { observe, resolve }));
      const cancel = (): void => void cancelTrial(database, queue, job.trial).then(looks.wake, fail);
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel);
      looks.wake();
      return outcome.finally(() => signal?.removeEventListener('abort', cancel));
    },
    recorded: trial => void settled.push(trial),
    async close() {
      timers.forEach(clearInterval);
      unlisten();
      await looks.rest();
      await rounds.rest();
      await forgetSettled();
    },
  };
}

/** An observer that fails has ended its study; the trial need not go on. */
async function verdictOf({ observe }: Run, { measurement, bytes }: Unjudged): Promise<Judged['verdict']> {
  try {
    return await observe(measurement, bytes);
  } catch {
    return 'stop';
  }
}
