/** Studies whose trials pause, and go on when the pruner promotes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inlineExecutor } from '../../src/executors/inline.ts';
import { asha } from '../../src/pruners/asha.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { runStudy, type LoopOptions, type StopCause } from '../../src/study/loop.ts';
import type { Executor, Outcome, TrialJob } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Study, StudyOptions } from '../../src/study/study.ts';
import { pausableTrials } from '../../src/train/pausing.ts';
import { at, makeStudy, recording, refusal, storageWith } from './make-study.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const epochs = 9;

function lossOf({ x }: Record<string, unknown>, epoch: number): number {
  return ((x as number) - 37) ** 2 / 100 + 9 / epoch;
}

/** Rungs at 1 and 3; the end at 9 is the last rung. */
function open(options: Partial<StudyOptions> = {}): Promise<Study> {
  return makeStudy({
    sampler: tpe.create(tpe.knobs.parse({ startupTrials: 5 })),
    pruner: asha.create(asha.knobs.parse({ type: 'promotion', minResource: 1, reductionFactor: 3 })),
    ...options,
  });
}

interface Trouble {
  /** Trials train for random times: they end in another order for each number. */
  readonly disorder?: number;
  readonly slots?: number;
  readonly forgets?: boolean;
  readonly crashes?: (job: TrialJob, epoch: number) => boolean;
}

/** Trains for nine epochs; counts those that it trained. */
function training({ disorder, slots = 1, forgets = false, crashes = () => false }: Trouble = {}) {
  let trained = 0;
  const trials = pausableTrials(async (job, observe, isInterrupted) => {
    const rng = createRng(disorder ?? 0, 'delay', job.trial);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      if (disorder !== undefined) await sleep(rng.uniform() ** 4 * 6);
      if (crashes(job, epoch)) return { state: 'failed', failure: { cause: 'crash', message: '' } };
      trained += 1;
      const value = lossOf(job.config, epoch);
      const verdict = await observe({ step: epoch, value }, epoch === epochs ? 0 : 1);
      // As kill -9 leaves it: what ran has no result.
      if (isInterrupted()) return { state: 'failed', failure: { cause: 'interrupted', message: '' } };
      if (verdict === 'stop') return { state: 'pruned', value, stopped: 'pruner' };
    }
    return { state: 'complete', value: lossOf(job.config, epochs) };
  });
  const executor: Executor = {
    slots,
    async run(job, observe, signal): Promise<Outcome> {
      const outcome = await trials.run(job, observe, () => signal?.aborted ?? false);
      if (forgets) trials.close();
      return outcome;
    },
    close: () => Promise.resolve(trials.close()),
  };
  return { executor, trained: () => trained };
}

function run(study: Study, { executor }: { executor: Executor }, options: Partial<LoopOptions> = {}) {
  return runStudy(study, executor, { budget: { trials: 20 }, clock: () => 0, ...options });
}

function outcomes(study: Study) {
  return study.trials().map(({ id, state, config, value, curve }) => ({ id, state, config, value, curve }));
}

const stepsOf = (study: Study): number => study.trials().reduce((sum, { curve }) => sum + curve.length, 0);

describe('a study', () => {
  test('promotes its best trials, counts each once, and ends the others as pruned', async () => {
    const { storage, events } = recording();
    const study = await open({ storage });
    const all = training();
    expect(await run(study, all)).toBe('trials');
    const trials = study.trials();
    expect(trials).toHaveLength(20);
    const lengths = [1, 3, 9].map(length => trials.filter(({ curve }) => curve.length === length).length);
    // 20 came to the first rung, at least a third of them to the second, of these at least a third to the end.
    expect(lengths.reduce((a, b) => a + b)).toBe(20);
    expect(lengths[2]).toBeGreaterThanOrEqual(2);
    expect(lengths[0]).toBeLessThanOrEqual(14);
    for (const { curve, state, stopped } of trials) {
      expect(curve.map(({ step }) => step)).toEqual(curve.map((_, index) => index + 1));
      expect([state, stopped]).toEqual(curve.length === 9 ? ['complete', undefined] : ['pruned', 'paused']);
    }
    expect(all.trained()).toBe(stepsOf(study));
    const promoted = events.filter(({ type }) => type === 'trial-promoted');
    expect(promoted).toHaveLength(lengths[1]! + 2 * lengths[2]!);
  });

  test('goes on with an objective that waits in its report', async () => {
    const study = await open();
    const begun: number[] = [];
    const executor = inlineExecutor(async ({ config, trial, report }) => {
      begun.push(trial);
      for (let epoch = 1; epoch <= 8; epoch++) await report(lossOf(config, epoch));
      return lossOf(config, 8);
    }, 2);
    await run(study, { executor });
    await executor.close();
    expect(begun).toEqual(study.trials().map(({ id }) => id));
    expect(study.trials().filter(({ state }) => state === 'complete').length).toBeGreaterThanOrEqual(2);
  });

  test('trains again what is not in memory any more, and stores nothing twice', async () => {
    const [one, other] = [await open(), await open()];
    await run(one, training());
    const forgetful = training({ forgets: true });
    await run(other, forgetful);
    expect(outcomes(other)).toEqual(outcomes(one));
    expect(forgetful.trained()).toBeGreaterThan(stepsOf(other));
  });

  test('has a result even if nobody was promoted to the end', async () => {
    const study = await open();
    await run(study, training(), { budget: { trials: 2 } });
    expect(study.trials().map(({ state, curve }) => [state, curve.length])).toEqual([
      ['complete', 9],
      ['pruned', 1],
    ]);
  });

  test('looks once more when its last trial paused while it looked', async () => {
    const study = await open();
    const promote: Study['promote'] = async isLast => (await sleep(20), study.promote(isLast));
    await run({ ...study, promote }, training({ disorder: 1, slots: 2 }), { budget: { trials: 2 } });
    expect(study.trials().map(({ state }) => state)).toContain('complete');
  });

  test('that has run out of configurations still promotes', async () => {
    const sampler = { suggest: ({ trial }: { trial: number }) => (trial < 9 ? { x: 30 - trial } : undefined) };
    const study = await open({ sampler });
    expect(await run(study, training({ slots: 4 }))).toBe('exhausted');
    const lengths = study.trials().map(({ curve }) => curve.length);
    expect(lengths.toSorted((a, b) => a - b)).toEqual([1, 1, 1, 1, 1, 1, 3, 3, 9]);
  });

  test('shows samplers what is paused as pruned', async () => {
    const seen = new Set<string>();
    const sampler = {
      suggest({ history, trial }: { history: readonly { state: string }[]; trial: number }) {
        for (const { state } of history) seen.add(state);
        return { x: trial };
      },
    };
    await run(await open({ sampler }), training());
    expect(seen).toEqual(new Set(['pruned', 'complete']));
  });
});

describe('a trial that is paused', () => {
  test('is told by the study, not by the executor that has ended it meanwhile', async () => {
    const study = await open();
    await study.ask();
    expect(await study.report(0, { step: 1, value: 1 })).toBe('pause');
    await study.pause(0);
    await refusal(study.report(0, { step: 2, value: 1 }), 'TRIAL_UNKNOWN');
    await refusal(study.pause(0), 'TRIAL_UNKNOWN');
    expect(await study.tell(0, { state: 'pruned', stopped: 'paused' })).toMatchObject({ state: 'pruned' });
  });

  test('stays so when the study is interrupted, and goes on with it', async () => {
    const path = join(folder, 'journal.log');
    const whole = await open();
    await run(whole, training());
    const user = new AbortController();
    const study = await open({ storage: await openJournal(path) });
    const observe = (): void => void (study.trials().length === 8 && user.abort());
    expect(await run(study, training(), { signal: user.signal, observe })).toBe('interrupted');
    await study.close();
    const again = await open({ storage: await openJournal(path) });
    const paused = again.trials().filter(({ state }) => state === 'paused');
    expect(paused.length).toBeGreaterThan(3);
    expect(await run(again, training())).toBe('trials');
    expect(outcomes(again)).toEqual(outcomes(whole));
    await again.close();
    const measured = (await readJournal(path)).filter(event => event.type === 'trial-measured');
    const isOnce = ({ id }: { id: number }) => {
      const steps = measured.filter(({ trial }) => trial === id).map(({ measurement }) => measurement.step);
      return new Set(steps).size === steps.length;
    };
    expect(paused.filter(isOnce)).toHaveLength(paused.length);
  });

  test('runs again when the study ended before it came farther', async () => {
    const config = { x: 37 };
    const events: StudyEvent[] = [0, 1, 2].flatMap((trial): StudyEvent[] => [
      { type: 'trial-started', trial, attempt: 1, config, at },
      { type: 'trial-measured', trial, measurement: { step: 1, value: trial } },
      { type: 'trial-measured', trial, measurement: { step: 3, value: trial } },
      { type: 'trial-paused', trial },
    ]);
    const user = new AbortController();
    const storage = await storageWith(events);
    const study = await open({ storage });
    const stopping = training({ crashes: () => (user.abort(), false) });
    const cause: StopCause = await run(study, stopping, { signal: user.signal, budget: { trials: 3 } });
    const [first] = study.trials();
    expect([cause, first!.state, first!.promoted, first!.curve.length]).toEqual(['interrupted', 'interrupted', 3, 2]);
    expect(await (await open({ storage })).ask()).toMatchObject({ id: 0, attempt: 2, promoted: 3, curve: [] });
  });
});

describe('a promoted trial that crashes', () => {
  test('trains from its start again, without the pauses behind it', async () => {
    const study = await open();
    const crashing = training({ crashes: ({ attempt }, epoch) => attempt === 1 && epoch === 5 });
    await run(study, crashing);
    const complete = study.trials().filter(({ state }) => state === 'complete');
    expect(complete.length).toBeGreaterThanOrEqual(2);
    expect(complete.map(({ attempt, curve }) => [attempt, curve.length])).toEqual(complete.map(() => [2, 9]));
  });
});

describe('three jobs at once, deterministic', () => {
  const deterministic = 3;
  const first = async () => {
    const study = await open({ deterministic });
    expect(await run(study, training({ disorder: 1, slots: 3 }))).toBe('trials');
    return outcomes(study);
  };

  test('give the same promotions in whatever order they end, and however many slots there are', async () => {
    const expected = await first();
    expect(expected.filter(({ state }) => state === 'complete').length).toBeGreaterThanOrEqual(2);
    for (const [disorder, slots] of [
      [2, 3],
      [3, 3],
      [4, 2],
      [5, 1],
    ] as const) {
      const study = await open({ deterministic });
      await run(study, training({ disorder, slots, forgets: disorder === 3 }));
      expect(outcomes(study)).toEqual(expected);
    }
  });

  test('would not do so otherwise: the test would notice', async () => {
    const free = async (disorder: number) => {
      const study = await open();
      await run(study, training({ disorder, slots: 3 }));
      return outcomes(study);
    };
    const [one, ...others] = [await free(1), await free(2), await free(3)];
    for (const other of others) expect(other).not.toEqual(one);
  });

  test('nor does a crash change anything', async () => {
    const crashes = ({ trial, attempt }: TrialJob, epoch: number): boolean =>
      attempt === 1 && (trial % 5 === 1 ? epoch === 1 : epoch === 2);
    const study = await open({ deterministic });
    await run(study, training({ disorder: 2, slots: 3, crashes }));
    expect(outcomes(study)).toEqual(await first());
    expect(study.trials().filter(({ attempt }) => attempt === 2).length).toBeGreaterThan(3);
  });

  test.each([9, 13, 22])('nor does the end of the process, after every %d events', async events => {
    const path = join(folder, 'journal.log');
    const expected = await first();
    for (let sitting = 0; ; sitting++) {
      const study = await open({ deterministic, storage: await openJournal(path) });
      const killed = new AbortController();
      let count = 0;
      const observe = (): void => void ((count += 1) > events + sitting && killed.abort());
      const trouble = { disorder: sitting, slots: 1 + (sitting % 3), forgets: sitting % 2 === 0 };
      const cause = await run(study, training(trouble), { signal: killed.signal, observe });
      const result = outcomes(study);
      await study.close();
      if (cause === 'interrupted') continue;
      expect(result).toEqual(expected);
      expect(sitting).toBeGreaterThan(3);
      break;
    }
  });
});
