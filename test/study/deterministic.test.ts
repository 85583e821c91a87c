/** Deterministic studies: whichever trials end first, the decisions are the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { median } from '../../src/pruners/median.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { runStudy } from '../../src/study/loop.ts';
import type { Executor, TrialJob } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Study, StudyOptions } from '../../src/study/study.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import { makeStudy, refusal, spying } from './make-study.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const plane = {
  params: ['x', 'y'].map(
    name => ({ name, type: 'float', low: -5, high: 5, log: false, step: null, default: 4 }) as const,
  ),
  constraints: [],
};

function lossOf({ x, y }: Record<string, unknown>, epoch: number): number {
  return ((x as number) - 1) ** 2 + ((y as number) + 2) ** 2 + 3 / epoch;
}

function open(options: Partial<StudyOptions> = {}): Promise<Study> {
  return makeStudy({
    space: plane,
    sampler: tpe.create(tpe.knobs.parse({ startupTrials: 5 })),
    pruner: median.create(median.knobs.parse({ startupTrials: 3 })),
    deterministic: 3,
    ...options,
  });
}

/** Epochs of random length: trials end in another order for each `disorder`. */
function disorderly(disorder: number, slots: number, crash: (job: TrialJob) => boolean = () => false): Executor {
  return {
    slots,
    async run(job, observe, signal): Promise<TrialResult> {
      const rng = createRng(disorder, 'delay', job.trial);
      for (let epoch = 1; epoch <= 6; epoch++) {
        await sleep(rng.uniform() ** 4 * 8);
        if (epoch === 3 && crash(job)) return { state: 'failed', failure: { cause: 'crash', message: '' } };
        const value = lossOf(job.config, epoch);
        const verdict = await observe({ step: epoch, value });
        if (signal?.aborted) return { state: 'failed', failure: { cause: 'interrupted', message: '' } };
        if (verdict === 'stop') return { state: 'pruned', value, stopped: 'pruner' };
      }
      return { state: 'complete', value: lossOf(job.config, 6) };
    },
    close: () => Promise.resolve(),
  };
}

function outcomes(study: Study) {
  return study.trials().map(({ id, state, config, value, curve }) => ({ id, state, config, value, curve }));
}

async function run(executor: Executor, study: Study, trials = 24) {
  expect(await runStudy(study, executor, { budget: { trials }, clock: () => 0 })).toBe('trials');
  return outcomes(study);
}

describe('three trials at once', () => {
  test('give the same configurations, verdicts and values in whatever order they end', async () => {
    const first = await run(disorderly(1, 3), await open());
    expect(first.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(3);
    for (const disorder of [2, 3, 4]) expect(await run(disorderly(disorder, 3), await open())).toEqual(first);
  });

  test('would not do so otherwise: the test would notice', async () => {
    const free = async (disorder: number) => run(disorderly(disorder, 3), await open({ deterministic: undefined }));
    const [first, ...others] = [await free(1), await free(2), await free(3)];
    for (const other of others) expect(other).not.toEqual(first);
  });

  test('nor does a crash of one of them change anything', async () => {
    const first = await run(disorderly(1, 3), await open());
    const crashing = disorderly(2, 3, ({ trial, attempt }) => trial % 5 === 1 && attempt === 1);
    const study = await open();
    expect(await run(crashing, study)).toEqual(first);
    expect(study.trials().filter(({ attempt }) => attempt === 2).length).toBeGreaterThan(0);
  });

  test('nor does the end of the process, at any moment', async () => {
    const first = await run(disorderly(1, 3), await open());
    const path = join(folder, 'journal.log');
    for (let sitting = 0; sitting < 4; sitting++) {
      const study = await open({ storage: await openJournal(path) });
      // What ran has no result.
      const killed = new AbortController();
      const observe = (): void => void (study.trials().length > 5 * (sitting + 1) && killed.abort());
      const { signal } = killed;
      await runStudy(study, disorderly(sitting, 3), { budget: { trials: 24 }, clock: () => 0, signal, observe });
      await study.close();
    }
    const study = await open({ storage: await openJournal(path) });
    expect(study.trials().some(({ state }) => state === 'interrupted')).toBe(true);
    expect(await run(disorderly(9, 3), study)).toEqual(first);
    await study.close();
  });

  test('nor does it matter how many of the three slots there are, or that the budget grows', async () => {
    const first = await run(disorderly(1, 3), await open());
    const study = await open();
    await run(disorderly(2, 1), study, 11);
    expect(await run(disorderly(3, 2), study)).toEqual(first);
  });
});

test('sampler and pruner see the results of trials up to n - W; the others as they began', async () => {
  const { sampler, pruner, asked, judged } = spying();
  const study = await makeStudy({ sampler, pruner, deterministic: 2 });
  await study.ask();
  await study.ask();
  await study.report(1, { step: 1, value: 5 });
  await study.tell(1, 6);
  expect(study.canAsk()).toBe(false);
  expect((await refusal(study.ask(), 'USAGE')).message).toContain('depends on the results of trials that still run');
  await study.tell(0, 7);
  expect(study.canAsk()).toBe(true);
  await study.ask();
  await study.report(2, { step: 1, value: 8 });
  const began = (id: number, x: number) => ({ id, state: 'running', attempt: 1, config: { x }, curve: [] });
  expect(asked.map(({ history }) => history)).toMatchObject([
    [began(0, 50)],
    [{ id: 0, state: 'complete', value: 7 }, began(1, 1)],
  ]);
  expect(judged[0]![1]).toMatchObject([began(0, 50), { id: 1, curve: [{ value: 5 }] }]);
  expect(judged[1]![1]).toMatchObject([
    { id: 0, state: 'complete', value: 7 },
    began(1, 1),
    { id: 2, curve: [{ value: 8 }] },
  ]);
});

test.each([undefined, 2])('the number of trials at once is part of the study: not %j', async deterministic => {
  const path = join(folder, 'journal.log');
  await (await open({ storage: await openJournal(path) })).close();
  const error = await refusal(open({ storage: await openJournal(path), deterministic }), 'STUDY_CHANGED');
  expect(error.message).toContain('expected for 3 trials at once, as stored');
  await (await open({ storage: await openJournal(path) })).close();
});

describe('a proposal made ahead', () => {
  const four = async (options: Partial<StudyOptions> = {}) => {
    const spies = spying();
    const study = await makeStudy({ ...spies, ...options });
    for (const value of [4, 3, 2, 1]) await study.tell((await study.ask())!.id, value);
    const before = spies.asked.length;
    await study.ask();
    await study.ask();
    return { study, asked: () => spies.asked.slice(before + 2) };
  };

  test('is taken after a result that is not among the good ones, and the journal says what it had not seen', async () => {
    const path = join(folder, 'journal.log');
    const { study, asked } = await four({ storage: await openJournal(path) });
    await study.report(4, { step: 1, value: 9 });
    study.prepare();
    study.prepare();
    expect(asked()[0]!.history.slice(4)).toMatchObject([{ curve: [] }, { state: 'running', curve: [] }]);
    await study.tell(4, 9);
    expect(await study.ask()).toMatchObject({ id: 6, config: { x: 6 } });
    expect(asked()).toHaveLength(1);
    await study.close();
    const events = await readJournal(path);
    expect(events.filter(event => event.type === 'trial-started' && event.unseen)).toMatchObject([
      { trial: 6, unseen: [4] },
    ]);
  });

  test.each([
    ['a good result', (study: Study) => study.tell(4, 0.5)],
    ['an enqueued trial', (study: Study) => study.enqueue({ x: 9 }).then(() => study.ask())],
  ])('is not taken after %s', async (_, happens) => {
    const { study, asked } = await four();
    study.prepare();
    await happens(study);
    await study.ask();
    expect(asked()).toHaveLength(2);
  });

  test('that cannot be made says so when it is needed', async () => {
    const { study } = await four({
      sampler: {
        suggest({ trial }) {
          if (trial > 5) throw new Error('no idea');
          return { x: trial };
        },
      },
    });
    study.prepare();
    await expect(study.ask()).rejects.toThrow('no idea');
  });

  test('is made by the loop while all slots are taken, but not for a single one', async () => {
    const starts = async (slots: number) => {
      const study = await makeStudy();
      let ahead = 0;
      const prepare = (): void => ((ahead += 1), study.prepare());
      await runStudy({ ...study, prepare }, disorderly(1, slots), { budget: { trials: 40 }, clock: () => 0 });
      expect(study.trials()).toHaveLength(40);
      return ahead;
    };
    expect(await starts(3)).toBeGreaterThan(3);
    expect(await starts(1)).toBe(0);
  });
});
