/** After the search the best configurations are tried again: what runs, what counts, and who wins. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { tpe } from '../../src/samplers/tpe.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { bestTrial } from '../../src/study/best-trial.ts';
import { confirmationSeed, confirming, seedOf } from '../../src/study/confirmations.ts';
import { fold } from '../../src/study/fold.ts';
import { runStudy, type LoopOptions } from '../../src/study/loop.ts';
import type { Executor, Pruner, TrialJob } from '../../src/study/ports.ts';
import { createRng, trialSeed } from '../../src/study/rng.ts';
import type { Study, StudyOptions } from '../../src/study/study.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import { path } from '../storage/journal-place.ts';
import { makeStudy, spying } from './make-study.ts';

/** The search finds trial 2, which was lucky; trial 4 is the best one, then trial 1. */
const values = [9, 0.5, 0.1, 8, 0.3, 7, /* fresh, in turn: 2, 4, 1 */ 3, 0.4, 0.5, 5, 0.6, 0.9];

function executor(run: (job: TrialJob) => TrialResult | Promise<TrialResult>, slots = 1): Executor {
  return {
    slots,
    async run(job, observe) {
      const result = await run(job);
      if (result.value !== undefined) await observe({ step: 1, value: result.value });
      return result;
    },
    close: () => Promise.resolve(),
  };
}

const told = executor(({ trial }) => ({ state: 'complete', value: values[trial] ?? 10 + trial }));

/** As `tune` does: the search, then what confirms it. */
async function run(study: Study, how = told, options: Partial<LoopOptions> = {}): Promise<string> {
  const shared = { clock: () => 0, ...options };
  const stopped = await runStudy(study, how, { budget: { trials: 6 }, ...shared });
  if (stopped === 'interrupted') return stopped;
  const { budget: _, ...others } = shared;
  const confirmed = await runStudy(confirming(study), how, { ...others, budget: { trials: Infinity } });
  return confirmed === 'interrupted' ? confirmed : stopped;
}

function confirmations(study: Pick<Study, 'trials'>) {
  return study.trials().flatMap(({ id, confirms }) => (confirms === undefined ? [] : [[id, confirms]]));
}

const all = [
  [6, 2],
  [7, 4],
  [8, 1],
  [9, 2],
  [10, 4],
  [11, 1],
];

test('the three best configurations are tried again, in turn, and the lucky one loses', async () => {
  const study = await makeStudy({ confirm: 2 });
  expect(study.unconfirmed()).toBe(0);
  expect(await run(study)).toBe('trials');
  expect(confirmations(study)).toEqual(all);
  for (const { config, confirms } of study.trials().slice(6)) expect(config).toEqual(study.trials()[confirms!]!.config);
  expect(study.bestOfSearch()!.id).toBe(2);
  // Fresh means: 4, 0.5 and 0.7.
  expect(study.best()).toMatchObject({ id: 4, value: 0.3 });
  expect(study.ranked().map(({ id }) => id)).toEqual([4, 2, 1, 5, 3, 0]);
  expect(study.front().map(({ id }) => id)).toEqual([2]);
  expect(study.unconfirmed()).toBe(0);
  expect(await study.confirm()).toBeUndefined();
});

test('of a study that maximizes too', async () => {
  const study = await makeStudy({ confirm: 2, direction: 'maximize' });
  await run(
    study,
    executor(({ trial }) => ({ state: 'complete', value: -values[trial]! })),
  );
  expect(confirmations(study)).toEqual(all);
  expect(study.best()).toMatchObject({ id: 4, value: -0.3 });
});

test('without it nothing is tried again', async () => {
  const study = await makeStudy();
  await run(study);
  expect(study.trials()).toHaveLength(6);
  expect(study.best()!.id).toBe(2);
});

test('each has a fresh seed, the n-th of each configuration the same', async () => {
  const seeds: number[] = [];
  const study = await makeStudy({ confirm: 2, seed: 7 });
  await run(
    study,
    executor(({ trial, seed }) => (seeds.push(seed), { state: 'complete', value: values[trial]! })),
  );
  const [first, second] = [confirmationSeed(7, 0), confirmationSeed(7, 1)];
  const searched = Array.from({ length: 6 }, (_, id) => trialSeed(7, id));
  expect(seeds).toEqual([...searched, first, first, first, second, second, second]);
  expect(new Set(seeds).size).toBe(8);
  expect(study.trials().map(trial => seedOf(7, trial))).toEqual(seeds);
});

test('earlier versions gave each the seed of its number, and their journals say nothing of it', () => {
  expect(seedOf(7, { id: 9 })).toBe(trialSeed(7, 9));
});

describe('a rival from an earlier study', () => {
  /** Trial 3 is the worst but for one; x is the number of the trial. */
  const rivals = [{ x: 3 }];

  test('is confirmed beside the best, with the same seeds', async () => {
    const seeds = new Map<number, number>();
    const study = await makeStudy({ confirm: 2, candidates: 1, rivals });
    await run(
      study,
      executor(({ trial, seed }) => (seeds.set(trial, seed), { state: 'complete', value: values[trial]! })),
    );
    expect(confirmations(study)).toEqual([
      [6, 2],
      [7, 3],
      [8, 2],
      [9, 3],
    ]);
    expect(study.trials().map(({ rival }) => rival)).toEqual([...Array(7), true, undefined, true]);
    expect([seeds.get(6), seeds.get(8)]).toEqual([seeds.get(7), seeds.get(9)]);
  });

  test('stays the best one where fresh trainings say so, in a study that is opened again too', async () => {
    let study = await makeStudy({ confirm: 2, candidates: 1, rivals, storage: await openJournal(path) });
    const lucky = executor(({ trial, config }) => ({
      state: 'complete',
      value: trial > 5 && config['x'] === 3 ? 0 : values[trial]!,
    }));
    await run(study, lucky);
    expect(study.best()!.id).toBe(3);
    const before = study.trials();
    await study.close();
    expect(fold(await readJournal(path)).trials).toEqual(before);
    expect(bestTrial(before, 'minimize')!.id).toBe(3);
    study = await makeStudy({ confirm: 2, candidates: 1, rivals, storage: await openJournal(path) });
    expect(study.unconfirmed()).toBe(0);
    await study.close();
  });

  test('that is the best of the search too is confirmed once, and stays the best', async () => {
    const study = await makeStudy({ confirm: 2, candidates: 1, rivals: [{ x: 2 }] });
    await run(study);
    expect(confirmations(study)).toEqual([
      [6, 2],
      [7, 2],
    ]);
    expect(study.best()!.id).toBe(2);
    expect(study.trials()[6]).toMatchObject({ rival: true });
  });

  test('gives way to a better one', async () => {
    const study = await makeStudy({ confirm: 2, candidates: 1, rivals });
    await run(
      study,
      executor(({ trial, config }) => ({ state: 'complete', value: trial > 5 ? Number(config['x']) : values[trial]! })),
    );
    expect(study.best()!.id).toBe(2);
  });

  test('is spared by the pruner', async () => {
    const pruner: Pruner = { judge: () => 'stop' };
    const study = await makeStudy({ confirm: 1, rivals, pruner });
    const verdicts: unknown[] = [];
    for (let id = 0; id < 6; id++) {
      await study.ask();
      verdicts.push(await study.report(id, { step: 1, value: 1 }));
    }
    expect(verdicts).toEqual(['stop', 'stop', 'stop', 'continue', 'stop', 'stop']);
  });

  test('is confirmed although it was pruned, and not the best then, as it has no model', async () => {
    const study = await makeStudy({ confirm: 1, candidates: 1, rivals });
    await run(
      study,
      executor(({ trial, config }) => ({
        state: trial === 3 ? 'pruned' : 'complete',
        value: trial > 5 && config['x'] === 3 ? 0 : values[trial]!,
      })),
    );
    expect(confirmations(study)).toEqual([
      [6, 2],
      [7, 3],
    ]);
    expect(study.best()!.id).toBe(2);
  });

  test('that no trial has tried is not', async () => {
    const study = await makeStudy({ confirm: 1, candidates: 1, rivals: [{ x: 99 }] });
    await run(study);
    expect(confirmations(study)).toEqual([[6, 2]]);
  });

  test('keeps its mark and its seed when a kill cut it off', async () => {
    const storage = memoryStorage();
    const options = { confirm: 2, candidates: 1, rivals, storage };
    const study = await makeStudy(options);
    await runStudy(study, told, { budget: { trials: 6 }, clock: () => 0 });
    await study.confirm();
    const { seed } = (await study.confirm())!;
    const again = await makeStudy(options);
    await again.confirm();
    expect(await again.confirm()).toMatchObject({ id: 7, attempt: 2, confirms: 3, rival: true, seed });
  });
});

test('a luckier value of theirs never makes one of them the best', async () => {
  const study = await makeStudy({ confirm: 1 });
  await run(
    study,
    executor(({ trial }) => ({ state: 'complete', value: trial < 6 ? trial + 1 : -trial })),
  );
  expect(study.best()).toMatchObject({ id: 2 });
  expect(bestTrial(study.trials(), 'minimize')).toBe(study.best());
});

test('one that fails says nothing of its configuration, and is not repeated', async () => {
  const study = await makeStudy({ confirm: 2 });
  const failed: TrialResult = { state: 'failed', failure: { cause: 'error', message: 'no' } };
  await run(
    study,
    executor(({ trial }) => (trial === 7 ? failed : { state: 'complete', value: values[trial]! })),
  );
  expect(confirmations(study)).toEqual(all);
  // Trial 4 has one result, the others two.
  expect(study.best()!.id).toBe(1);
});

test('fewer than three configurations are confirmed where there are no more; none where none completed', async () => {
  const one = await makeStudy({ confirm: 2 });
  await run(one, told, { budget: { trials: 1 } });
  expect(confirmations(one)).toEqual([
    [1, 0],
    [2, 0],
  ]);
  const none = await makeStudy({ confirm: 2 });
  await run(
    none,
    executor(() => ({ state: 'pruned', value: 3 })),
  );
  expect(none.trials()).toHaveLength(6);
});

describe('a search that goes on', () => {
  test('knows nothing of them, nor does the pruner, and what is then best is confirmed too', async () => {
    const storage = memoryStorage();
    await run(await makeStudy({ confirm: 2, storage }));
    const { sampler, pruner, asked, judged } = spying();
    const study = await makeStudy({ confirm: 2, storage, sampler, pruner });
    const better = executor(({ trial }) => ({
      state: 'complete',
      value: trial === 12 ? 0.2 : trial > 12 ? 0.01 * trial : 1,
    }));
    await run(study, better, { budget: { trials: 8 } });
    expect(asked.map(({ trial }) => trial)).toEqual([12, 13]);
    for (const { history } of asked) expect(history.some(({ confirms }) => confirms !== undefined)).toBe(false);
    expect(judged.map(([{ id }]) => id)).toEqual([12, 13]);
    for (const [, history] of judged) expect(history.every(({ confirms }) => confirms === undefined)).toBe(true);
    // By value: 2 (0.1), 13 (0.13), 12 (0.2).
    expect(confirmations(study).slice(6)).toEqual([
      [14, 13],
      [15, 12],
      [16, 13],
      [17, 12],
    ]);
    expect(study.best()!.id).toBe(13);
  });

  test('without confirming finds a better trial, which then is the best as no mean says otherwise', async () => {
    const storage = memoryStorage();
    await run(await makeStudy({ confirm: 2, storage }));
    const study = await makeStudy({ storage });
    await run(
      study,
      executor(({ trial }) => ({ state: 'complete', value: trial === 13 ? 0.05 : 0.2 })),
      {
        budget: { trials: 8 },
      },
    );
    expect(study.trials()).toHaveLength(14);
    expect(study.best()!.id).toBe(13);
    expect(study.ranked()[0]!.id).toBe(13);
  });

  test('that has reached its target stays there, whichever trial is then the best', async () => {
    const storage = memoryStorage();
    const budget = { trials: 6, target: 0.2 };
    const study = await makeStudy({ confirm: 2, storage });
    const found = [5, 1, 0.1, /* fresh, in turn: 2, 1, 0 */ 9, 2, 3, 9, 2, 3];
    const lucky = executor(({ trial }) => ({ state: 'complete', value: found[trial]! }));
    expect(await run(study, lucky, { budget })).toBe('target');
    const count = study.trials().length;
    expect(count).toBe(9);
    const again = await makeStudy({ confirm: 2, storage });
    expect(again.best()!.id).toBe(1);
    expect(await run(again, lucky, { budget })).toBe('target');
    expect(again.trials()).toHaveLength(count);
  });
});

describe('an interruption', () => {
  test.each([1, 2, 5])('after %d of them goes on with the missing ones, to the same end', async count => {
    const whole = await makeStudy({ confirm: 2 });
    await run(whole);
    const controller = new AbortController();
    let first = await makeStudy({ confirm: 2, storage: await openJournal(path) });
    const cut = executor(({ trial }) => {
      if (trial < 6 + count) return { state: 'complete', value: values[trial]! };
      controller.abort();
      return { state: 'failed', failure: { cause: 'interrupted', message: 'it was told to stop' } };
    });
    expect(await run(first, cut, { signal: controller.signal })).toBe('interrupted');
    expect(first.unconfirmed()).toBe(6 - count);
    await first.close();
    first = await makeStudy({ confirm: 2, storage: await openJournal(path) });
    expect(await run(first)).toBe('trials');
    expect(confirmations(first)).toEqual(all);
    const withoutAttempts = (study: typeof whole) => study.trials().map(trial => ({ ...trial, attempt: 1 }));
    expect(withoutAttempts(first)).toEqual(withoutAttempts(whole));
    expect(first.trials().map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 12 }, (_, id) => (id === 6 + count ? 2 : 1)),
    );
    const before = first.trials();
    await first.close();
    expect(fold(await readJournal(path)).trials).toEqual(before);
  });
});

test('those that a kill left running run again, with their seeds, before others begin', async () => {
  const storage = memoryStorage();
  const study = await makeStudy({ confirm: 2, storage });
  await runStudy(study, told, { budget: { trials: 6 }, clock: () => 0 });
  await study.confirm();
  await study.confirm();
  await study.tell(6, values[6]!);
  const again = await makeStudy({ confirm: 2, storage });
  expect(again.unconfirmed()).toBe(5);
  expect(await again.confirm()).toMatchObject({ id: 7, attempt: 2, confirms: 4 });
  expect(await again.retry(7)).toMatchObject({ id: 7, attempt: 3, confirms: 4 });
  expect(await again.confirm()).toMatchObject({ id: 8, attempt: 1, confirms: 1 });
});

test('deterministic studies stay so, in whatever order trials end', async () => {
  const plane = {
    params: ['x', 'y'].map(
      name => ({ name, type: 'float', low: -5, high: 5, log: false, step: null, default: 4 }) as const,
    ),
    constraints: [],
  };
  const options: Partial<StudyOptions> = {
    space: plane,
    sampler: tpe.create(tpe.knobs.parse({ startupTrials: 5 })),
    deterministic: 3,
    confirm: 2,
  };
  const outcomes = async (disorder: number) => {
    const storage = memoryStorage();
    const noisy = executor(async ({ trial, seed, config }) => {
      await sleep(createRng(disorder, 'delay', trial).uniform() ** 4 * 8);
      const noise = createRng(seed, 'noise').normal();
      return { state: 'complete', value: (config['x'] as number) ** 2 + (config['y'] as number) ** 2 + noise };
    }, 3);
    await run(await makeStudy({ ...options, storage }), noisy, { budget: { trials: 12 } });
    // What comes after them is the same too.
    const study = await makeStudy({ ...options, storage });
    await run(study, noisy, { budget: { trials: 15 } });
    return study.trials().map(({ id, config, value, confirms }) => ({ id, config, value, confirms }));
  };
  const first = await outcomes(1);
  expect(first.filter(({ confirms }) => confirms !== undefined).length).toBeGreaterThanOrEqual(6);
  for (const disorder of [2, 3]) expect(await outcomes(disorder)).toEqual(first);
});
