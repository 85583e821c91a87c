/** Studies of things other than our own training: functions, modules, arrays, ask and tell. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createStudy,
  datasetFromArrays,
  defineSpace,
  tune,
  type InferConfig,
  type TrainerFunction,
} from '../../src/index.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();
const space = defineSpace({
  x: { type: 'float', low: -5, high: 5 },
  shape: { type: 'categorical', choices: ['bowl', 'cone'] },
});
type Objective = TrainerFunction<InferConfig<typeof space>>;

const bowl: Objective = ({ config }) => (config.shape === 'bowl' ? config.x ** 2 : 10 + Math.abs(config.x));

function tuned(name: string, objective: Objective, options: Partial<Parameters<typeof tune<typeof space>>[1]> = {}) {
  return tune(space, { name, objective, reports, trials: 5, slots: 1, ...options });
}

describe('an objective in code', () => {
  test('gets typed configurations and is minimized', async () => {
    const { best, trials, report, files } = await tuned('plain', bowl, { trials: 30 });
    const config: { readonly x: number; readonly shape: 'bowl' | 'cone' } = best!.config;
    expect(config.shape).toBe('bowl');
    expect(best!.value).toBe(config.x ** 2);
    expect(best!.value).toBe(Math.min(...trials.map(({ value }) => value!)));
    expect(report.study.metric).toEqual({ name: 'value', goal: 'minimize' });
    expect(readFileSync(files.markdown, 'utf8')).toContain('value');
  });

  test('leaves a report without a model', async () => {
    const { report, files } = await tuned('no-model', bowl);
    expect(files).not.toHaveProperty('model');
    expect(report).not.toHaveProperty('model');
    expect(readdirSync(join(files.json, '..')).toSorted()).toEqual(['report.html', 'report.json', 'report.md']);
  });

  test('may end once more trials promise less than its noise, and the report tells', async () => {
    // Noise that repeats in every run of this test.
    const noisy: Objective = ({ config }) => config.x ** 2 + Math.sin(1e5 * config.x);
    const options = { sampler: 'gp', trials: 100, converged: true };
    const { stopped, trials, best, report, files } = await tuned('converged', noisy, options);
    expect(stopped).toBe('converged');
    expect(trials.length).toBeLessThan(100);
    expect(Math.abs(best!.config.x)).toBeLessThan(1.5);
    expect(report.convergence?.isReached).toBe(true);
    expect(readFileSync(files.markdown, 'utf8')).toContain('#### Convergence');
    const again = await tuned('converged', noisy, options);
    expect(again.stopped).toBe('converged');
    expect(again.trials).toHaveLength(trials.length);
  });

  test('may be maximized', async () => {
    const { best, trials } = await tuned('up', bowl, { direction: 'maximize' });
    expect(best!.value).toBe(Math.max(...trials.map(({ value }) => value!)));
  });

  test('may be asynchronous, and then runs in all slots at once', async () => {
    let running = 0;
    let meet = (): void => undefined;
    const met = new Promise<void>(resolve => (meet = resolve));
    const slow: Objective = async context => {
      if (++running === 3) meet();
      await met;
      return bowl(context);
    };
    const { trials } = await tuned('slow', slow, { trials: 6, slots: 3 });
    expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'complete'));
  });

  test.each<[string, Objective, string, RegExp]>([
    ['throws', ({ trial, ...context }) => (trial === 1 ? fail() : bowl({ trial, ...context })), 'error', /^no idea$/],
    [
      'rejects',
      ({ trial, ...context }) => (trial === 1 ? Promise.reject(new Error('no way')) : bowl({ trial, ...context })),
      'error',
      /^no way$/,
    ],
    ['returns-NaN', ({ trial, ...context }) => (trial === 1 ? NaN : bowl({ trial, ...context })), 'nan', /NaN/],
    [
      'returns-nothing',
      ({ trial, ...context }) => (trial === 1 ? (undefined as never) : bowl({ trial, ...context })),
      'error',
      /undefined, not a number/,
    ],
  ])('that %s fails its trial, and no other', async (name, objective, cause, message) => {
    const { trials, report } = await tuned(name, objective);
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'failed', 'complete', 'complete', 'complete']);
    expect(trials[1]!.failure).toEqual({ cause, message: expect.stringMatching(message) });
    expect(report.failures).toMatchObject([{ cause, count: 1, firstTrial: 1 }]);
  });

  test('that never works leaves a report and no best trial', async () => {
    const result = await tuned('hopeless', () => NaN);
    expect(result.stopped).toBe('trials');
    expect(result).not.toHaveProperty('best');
    expect(readFileSync(result.files.markdown, 'utf8')).toContain('No trial completed: 5 failed');
  });

  test('that is cancelled before its first trial still gets a report, and goes on with the next call', async () => {
    const cancelled = await tuned('cancelled', bowl, { signal: AbortSignal.abort() });
    expect(cancelled).toMatchObject({ stopped: 'interrupted', trials: [] });
    expect(existsSync(cancelled.files.markdown)).toBe(true);
    expect(await tuned('cancelled', bowl)).toMatchObject({ stopped: 'trials', trials: { length: 5 } });
  });

  test('of a study that is already running is refused', async () => {
    const inside: Objective = async context => {
      await tuned('twice', bowl);
      return bowl(context);
    };
    const { trials } = await tuned('twice', inside, { trials: 1 });
    expect(trials[0]!.failure!.message).toContain(`process ${process.pid} is using this study`);
  });
});

describe('pruners', () => {
  /** Later trials are worse at every one of their ten steps. */
  const worse: Objective = async ({ trial, report }) => {
    for (let step = 1; step <= 10; step++) if ((await report(trial + 1 / step)) === 'stop') break;
    return trial;
  };

  test('median stops trials that are worse than half of the others', async () => {
    const { trials } = await tuned('median', worse, { pruner: 'median', trials: 12 });
    const pruned = trials.filter(({ state }) => state === 'pruned');
    expect(pruned.length).toBeGreaterThan(0);
    for (const { curve, stopped } of pruned) {
      expect(stopped).toBe('pruner');
      expect(curve.length).toBeLessThan(10);
    }
  });

  test('none lets every trial end', async () => {
    const { trials, report } = await tuned('none', worse, { pruner: 'none', trials: 12 });
    expect(trials.map(({ curve }) => curve.length)).toEqual(Array.from({ length: 12 }, () => 10));
    expect(report.cost.counts).toMatchObject({ complete: 12, pruned: 0 });
  });
});

describe('a trainer module', () => {
  test('named by a space file trains in threads of another process', async () => {
    const trainer = `
      import { isMainThread } from 'node:worker_threads';
      export default async function train({ config, seed, report }) {
        await report(config.x ** 2 + 1, { seed, pid: process.pid, isMainThread: Number(isMainThread) });
        return config.x ** 2;
      }`;
    writeFileSync(join(reports, 'x.js'), trainer);
    const file = { trainer: './x.js', space: { x: { type: 'float', low: 1, high: 3 } }, budget: { trials: 4 } };
    writeFileSync(join(reports, 'module.json'), JSON.stringify(file));
    const { trials, best, study, files } = await tune(join(reports, 'module.json'), { reports, slots: 2 });
    expect(study).toBe('module');
    expect(trials.map(({ config, value }) => value! - (config['x'] as number) ** 2)).toEqual([0, 0, 0, 0]);
    expect(best!.value).toBe(Math.min(...trials.map(({ value }) => value!)));
    const metrics = trials.map(({ curve }) => curve[0]!.metrics!);
    expect(new Set(metrics.map(({ seed }) => seed)).size).toBe(4);
    expect(metrics.map(({ isMainThread }) => isMainThread)).toEqual([0, 0, 0, 0]);
    expect(metrics.map(({ pid }) => pid)).not.toContain(process.pid);
    expect(files).not.toHaveProperty('model');
  });
});

describe('arrays in code', () => {
  /** Points, and whether they lie outside of a circle. */
  const inputs = Array.from({ length: 160 }, (_, index) => [Math.cos(index) * 2, Math.sin(index * 1.7) * 2]);
  const targets = inputs.map(([x, y]) => (x! ** 2 + y! ** 2 < 2 ? 'inside' : 'outside'));

  test('become a data set, with a model and a space that fit it', async () => {
    const dataset = datasetFromArrays({ inputs, targets, columns: ['x', 'y'] });
    const { report, trials, files } = await tune({ name: 'arrays' }, { dataset, trials: 2, trialDuration: 3, reports });
    expect(trials.map(({ state, failure }) => [state, failure])).toEqual([
      ['complete', undefined],
      ['complete', undefined],
    ]);
    expect(report.study.space.params.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['depth', 'units', 'learningRate', 'batchSize']),
    );
    expect(report.model).toMatchObject({ task: 'classification', test: { examples: 24 } });
    const described = JSON.parse(readFileSync(join(files.model!, 'tune.json'), 'utf8'));
    expect(described).toMatchObject({ classes: ['inside', 'outside'], columns: ['x', 'y'], inputShape: [2] });
  });
});

describe('ask and tell', () => {
  test('a study in a file goes on when it is opened again', async () => {
    const storage = join(reports, 'asked.log');
    const first = await createStudy({ space, storage, seed: 3 });
    for (let count = 0; count < 3; count++) {
      const { id, config } = (await first.ask())!;
      await first.tell(id, config.x ** 2);
    }
    const open = (await first.ask())!;
    const told = first.trials();
    await first.close();

    const second = await createStudy({ space, storage, seed: 3 });
    try {
      expect(second.trials()).toEqual(told);
      expect(second.best()).toEqual(first.best());
      const again = (await second.ask())!;
      expect(again).toMatchObject({ id: open.id, attempt: 2, config: open.config });
      await second.tell(again.id, 7);
      expect((await second.ask())!.id).toBe(4);
    } finally {
      await second.close();
    }
  });

  test('the proposals do not depend on when the study was opened', async () => {
    const proposals = async (options: { readonly storage?: string }): Promise<unknown[]> => {
      const configs: unknown[] = [];
      for (let count = 0; count < 4; count++) {
        const study = await createStudy({ space, seed: 5, ...options });
        while (study.trials().length < count) await study.tell((await study.ask())!.id, 1);
        const { id, config } = (await study.ask())!;
        configs.push(config);
        await study.tell(id, 1);
        await study.close();
      }
      return configs;
    };
    expect(await proposals({ storage: join(reports, 'reopened.log') })).toEqual(await proposals({}));
  });
});

function fail(): never {
  throw new Error('no idea');
}

test('of a noisy objective, the best configurations are tried again when the file or the caller asks for it', async () => {
  const noisy: Objective = ({ config, seed }) => config.x ** 2 + (seed % 100);
  const { best, trials, report } = await tuned('noisy', noisy, {
    trials: 20,
    repeats: 2,
    sampler: 'random',
    pruner: 'none',
  });
  const again = trials.filter(({ config, id }) => trials.some(other => other.id < id && other.config.x === config.x));
  expect(again.map(({ id }) => id)).toEqual([16, 17, 18, 19]);
  // Each trial has a seed of its own.
  expect(new Set(trials.map(({ attributes }) => attributes!['seed'])).size).toBe(20);
  expect(report.repeated![0]!.trials).toContain(best!.id);
  expect(report.best!.trial).toBe(best!.id);
  expect(report.repeated![0]!.trials).toHaveLength(3);
  const { trials: more } = await tuned('noisy', noisy, { trials: 20, repeats: 2, sampler: 'random', pruner: 'none' });
  expect(more).toEqual(trials);
});

test('of which the journal is damaged goes on, and says so once', async () => {
  const { files, trials } = await tuned('damaged', bowl, { trials: 20 });
  const lines = readFileSync(files.journal!, 'utf8').split(/(?<=\n)/);
  const number = lines.findIndex(line => line.includes('"trial_id":5,"datetime_start"')) + 1;
  writeFileSync(files.journal!, lines.with(number - 1, lines[number - 1]!.replace('"state":0', '"state":1')).join(''));
  const notices: string[] = [];
  const observe = (event: { readonly type: string; readonly text?: string }): void => {
    if (event.type === 'notice') notices.push(event.text!);
  };
  const { trials: more, report, best } = await tuned('damaged', bowl, { trials: 25, observe });
  expect(notices).toEqual([`${files.journal}: damaged and left out: line ${number}; kept in ${files.journal}.damaged`]);
  expect(more.slice(0, 20).with(5, trials[5]!)).toEqual(trials);
  expect(more[5]).toMatchObject({ state: 'failed', failure: { message: 'its line in the journal was damaged' } });
  expect(more).toHaveLength(25);
  expect(report.best!.trial).toBe(best!.id);
  await tuned('damaged', bowl, { trials: 26, observe });
  expect(notices).toHaveLength(1);
});
