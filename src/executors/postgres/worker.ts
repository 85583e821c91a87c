/**
 * Runs trials for the coordinators of a database: takes those that it can run, keeps its claims on them alive, asks for
 * verdicts and hands in results. Whatever happens to it, no result counts twice: a claim that has lapsed is refused.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { Database } from '../../storage/postgres/database.ts';
import type { Measurement } from '../../study/trial.ts';
import { train, type ClaimedRun, type Cut } from './claimed-run.ts';
import { claim as takeOne, finish, giveBack, renew, standardLease, type Claim, type Ending } from './claims.ts';
import { createPlaces, type Prepare } from './places.ts';
import { channelOf, queuesOf, workChannel } from './queues.ts';
import { createVerdicts } from './verdicts.ts';
import { wakeable } from './wakeable.ts';
import { restAfter, untilNextLook, untilNextSign } from './worker-pace.ts';
import { giveSign, leave, type WorkerFacts } from './workers.ts';

export interface WorkerOptions {
  readonly database: Database;
  readonly facts: WorkerFacts;
  /** Seconds that a claim holds without a sign of life. Default 15. */
  readonly lease?: number;
  readonly prepare: Prepare;
  /**
   * Called before a trial trains; what it returns, with what came out, before anyone hears of that: undefined where another
   * worker is to go on with it.
   */
  readonly accompany?: (claim: Claim) => Promise<(ending: Ending | undefined) => Promise<void>>;
  readonly observe?: (event: WorkerEvent) => void;
  /** Told what a user should know. */
  readonly notice: (text: string) => void;
  /** Takes no more trials; those that run go on to their end. */
  readonly drain: AbortSignal;
  /** Those that run end between two steps too, for other workers to go on with. */
  readonly interrupt: AbortSignal;
}

export type WorkerEvent = { readonly claim: Claim } & (
  | { readonly type: 'taken' }
  | { readonly type: 'measured'; readonly measurement: Measurement }
  | { readonly type: 'finished'; readonly ending: Ending }
  /** Another worker goes on with it. */
  | { readonly type: 'given-back' }
  /** Another worker has it; what came of it here does not count. */
  | { readonly type: 'refused' }
);

/** Leases without a verdict after which a trial is given back. */
const patience = 4;
/** Milliseconds without taking trials after one could not be run here: others may have what it lacks. */
const rest = 10_000;

type TrialKey = Pick<Claim, 'study' | 'number'>;

/** Resolves when it has left: once it was told to drain, or interrupted, and its trials have ended here. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { database, facts, lease = standardLease, prepare, accompany, notice, drain, interrupt } = options;
  const { observe = () => undefined } = options;
  const runs = new Map<ClaimedRun, Promise<void>>();
  const broken: unknown[] = [];
  let restsUntil = 0;
  let told = '';
  /** Whether it looks because it was told of a trial, and how often that was in vain since it had one. */
  let isHeard = false;
  let vain = 0;
  /** All that live. */
  let workers = await giveSign(database, facts, lease, false);
  const leaving = AbortSignal.any([drain, interrupt]);
  let changed = (): void => undefined;

  const fail = (error: unknown): void => {
    broken.push(error);
    endAll('lost');
    changed();
  };
  const endAll = (cut: Cut): void => {
    for (const { ending } of runs.keys()) ending.abort(cut);
  };
  const takesMore = (): boolean => !leaving.aborted && broken.length === 0 && runs.size < facts.slots;

  const places = createPlaces(database, prepare);
  const verdicts = createVerdicts(database, patience * lease, fail);
  const beats = wakeable(async () => {
    workers = await giveSign(database, facts, lease, leaving.aborted);
    const held = [...runs.keys()];
    if (held.length === 0) return;
    const claims = held.map(({ claim }) => claim);
    const rows = await renew(database, facts.id, claims, lease);
    for (const { claim, ending } of held) {
      const row = rows.find(({ attempt, ...trial }) => attempt === claim.attempt && isSameTrial(trial, claim));
      // One that has ended meanwhile is not there either.
      if (!row || row.cancelled) ending.abort((row ? 'cancelled' : 'lost') satisfies Cut);
    }
  }, fail);
  const takes = wakeable(async () => {
    if (!takesMore() || performance.now() < restsUntil) return;
    const queues = await queuesOf(database, facts);
    while (takesMore() && performance.now() >= restsUntil) {
      const taken = await takeOne(database, facts.id, queues, lease);
      if (!taken) {
        if (isHeard)
          await sleep(restAfter(workers, vain++, Math.random()), undefined, { signal: leaving }).catch(() => undefined);
        isHeard = false;
        return;
      }
      vain = 0;
      begin(taken);
    }
  }, fail);

  const begin = (claim: Claim): void => {
    const run = { claim, ending: new AbortController() };
    // A claim on it that lapsed here may not have come to its end.
    const former = [...runs].filter(([{ claim: other }]) => isSameTrial(claim, other)).map(([, done]) => done);
    const done = Promise.all(former)
      .then(() => carryOut(run))
      .catch(fail)
      .finally(() => {
        runs.delete(run);
        takes.wake();
        changed();
      });
    runs.set(run, done);
    if (interrupt.aborted) run.ending.abort('left' satisfies Cut);
    observe({ type: 'taken', claim });
  };
  const carryOut = async (run: ClaimedRun): Promise<void> => {
    const { claim, ending } = run;
    let result: Ending | undefined;
    try {
      result = await places.use(claim, async executor => {
        const close = await accompany?.(claim);
        const measured = (measurement: Measurement): void => observe({ type: 'measured', claim, measurement });
        const came = withWorker(await train(run, executor, verdicts, measured, fail), facts.name);
        await close?.(came);
        return came;
      });
    } catch (error) {
      restsUntil = performance.now() + rest;
      const text = `trials of study ${claim.study} cannot run here: ${messageOf(error).replaceAll(/\n\s*/g, '; ')}`;
      if (text !== told) notice((told = text));
    }
    if (broken.length > 0) return;
    if (ending.signal.reason === ('unjudged' satisfies Cut))
      notice(`${nameOf(claim)} waits for another worker: nobody has judged it for ${patience * lease} s`);
    const isTaken = result ? await finish(database, claim, result) : await giveBack(database, claim);
    if (!isTaken) notice(`${nameOf(claim)}: another worker has it, and what came of it here is refused`);
    observe(
      isTaken
        ? result
          ? { type: 'finished', claim, ending: result }
          : { type: 'given-back', claim }
        : { type: 'refused', claim },
    );
  };

  const onDrain = (): void => {
    beats.wake();
    changed();
  };
  const onInterrupt = (): void => {
    endAll('left');
    onDrain();
  };
  const unlisten = [
    await database.listen(workChannel, () => {
      isHeard = true;
      takes.wake();
    }),
    await database.listen(channelOf(facts.id), payload => {
      verdicts.look();
      if (payload === 'cancelled') beats.wake();
    }),
  ];
  const beating = setInterval(beats.wake, untilNextSign(lease));
  let looking: NodeJS.Timeout;
  const look = (): void => {
    takes.wake();
    looking = setTimeout(look, untilNextLook(workers, Math.random()));
  };
  look();
  drain.addEventListener('abort', onDrain);
  interrupt.addEventListener('abort', onInterrupt);
  try {
    const isOver = (): boolean => runs.size === 0 && (leaving.aborted || broken.length > 0);
    while (!isOver()) await new Promise<void>(resolve => (changed = resolve));
    // A claim may have been on its way.
    await takes.rest();
    while (runs.size > 0) await Promise.all(runs.values());
  } finally {
    clearTimeout(looking!);
    clearInterval(beating);
    drain.removeEventListener('abort', onDrain);
    interrupt.removeEventListener('abort', onInterrupt);
    unlisten.forEach(stop => stop());
    verdicts.close();
    await beats.rest();
    await places.close();
  }
  if (broken.length > 0) throw broken[0];
  await leave(database, facts.id);
}

function isSameTrial(a: TrialKey, b: TrialKey): boolean {
  return a.study === b.study && a.number === b.number;
}

function nameOf({ study, number }: TrialKey): string {
  return `trial ${number} of study ${study}`;
}

/** A result with the name of who came to it. */
function withWorker(ending: Ending | undefined, worker: string): Ending | undefined {
  if (!ending || ending.state === 'paused') return ending;
  return { ...ending, attributes: { ...ending.attributes, worker } };
}
