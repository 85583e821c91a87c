/** How trials of our own training end: well, early, late, badly, or with their host. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { threadsExecutor } from '../../src/executors/threads.ts';
import { none } from '../../src/pruners/none.ts';
import { random } from '../../src/samplers/random.ts';
import { readSpace } from '../../src/space/read-space.ts';
import type { Space } from '../../src/space/space.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { runStudy } from '../../src/study/loop.ts';
import { openStudy } from '../../src/study/open-study.ts';
import type { Study } from '../../src/study/study.ts';
import { curve, moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

test('a loss that grows beyond all numbers ends its trial at once', async () => {
  const train = { optimizer: { sgd: 100 }, epochs: 10_000 };
  const { best, trials, report } = await tune({ ...curve, name: 'nan', train, space: {} }, { trials: 1, reports });
  expect(best).toBeUndefined();
  expect(trials[0]!.failure).toEqual({ cause: 'nan', message: expect.stringMatching(/was (NaN|Infinity)/) });
  expect(trials[0]!.curve.length).toBeLessThan(3);
  expect(report.model).toBeUndefined();
});

describe('early stopping', () => {
  const patience = 4;
  const fixed = { model: { layers: [{ dense: { units: 64, activation: 'relu' } }] }, space: {} };
  const train = (epochs: number, earlyStopping: object | false) => ({
    optimizer: { adam: 0.02 },
    epochs,
    earlyStopping,
  });

  test('ends training when patience runs out, and keeps the weights of the best epoch', async () => {
    const stopping = { ...curve, ...fixed, name: 'stopping', train: train(200, { patience }) };
    const stopped = await tune(stopping, { trials: 1, reports });
    const losses = stopped.best!.curve.map(({ value }) => value);
    const bestEpoch = losses.indexOf(Math.min(...losses)) + 1;
    expect(stopped.best).toMatchObject({ stopped: 'early-stopping', value: losses[bestEpoch - 1] });
    expect(stopped.best!.attributes).toMatchObject({ bestEpoch, epochs: bestEpoch + patience });

    // The same training, ended by hand right after its best epoch.
    const ending = { ...curve, ...fixed, name: 'ending', train: train(bestEpoch, false) };
    const ended = await tune(ending, { trials: 1, reports });
    expect(ended.best).not.toHaveProperty('stopped');
    expect(stopped.best!.attributes!['weightsHash']).toBe(ended.best!.attributes!['weightsHash']);
    expect(stopped.report.model!.test).toEqual(ended.report.model!.test);
  });

  test('that is off still keeps the best epoch', async () => {
    const overfitting = { ...curve, ...fixed, name: 'overfitting', train: train(40, false) };
    const { best } = await tune(overfitting, { trials: 1, reports });
    const losses = best!.curve.map(({ value }) => value);
    expect(losses).toHaveLength(40);
    expect(best!.value).toBe(Math.min(...losses));
    expect(best!.value).toBeLessThan(losses.at(-1)!);
  });
});

test('an accuracy as the metric is maximized, and decides which epoch is kept', async () => {
  const study = { ...moons, name: 'accuracy', metric: { name: 'valAccuracy' } };
  const { best, trials, report } = await tune(study, { reports });
  expect(report.study.metric).toEqual({ name: 'valAccuracy', goal: 'maximize' });
  expect(best!.value).toBe(Math.max(...trials.map(({ value }) => value!)));
  for (const { value, curve: points, attributes } of trials) {
    expect(value).toBe(Math.max(...points.map(({ metrics }) => metrics!['valAccuracy']!)));
    expect(value).toBe(attributes!['valAccuracy']);
  }
});

test('a trial whose time is over is complete with what it has reached', async () => {
  const endless = { ...moons, name: 'endless', train: { ...moons.train, epochs: 100_000 } };
  const { trials, report } = await tune(endless, { trials: 2, trialDuration: 0.7, reports });
  for (const { state, stopped, value, curve: points } of trials) {
    expect({ state, stopped }).toEqual({ state: 'complete', stopped: 'trial-duration' });
    expect(value).toBe(Math.min(...points.map(point => point.value)));
  }
  expect(report.model!.test.examples).toBe(30);
});

test('networks that cannot be built are infeasible trials; the others complete', async () => {
  const pooling = {
    name: 'pooling',
    data: { glyphs: { examples: 60, size: 12 } },
    model: { layers: [{ stack: { times: '$depth', layers: [{ maxPool: 2 }] } }, 'flatten'] },
    train: { epochs: 1 },
    space: { depth: { type: 'categorical', choices: [1, 2, 3, 4, 5] } },
    search: { pruner: 'none' },
  };
  const { trials, report, files } = await tune(pooling, { trials: 5, reports });
  const outcomes = new Map(trials.map(({ config, state, failure }) => [config['depth'], failure ?? state]));
  const infeasible = {
    cause: 'infeasible',
    message: expect.stringContaining('maxPool with a 2x2 window got an input'),
  };
  // 12 pixels can be halved to 6, 3 and 1.
  for (const depth of [1, 2, 3]) expect(outcomes.get(depth)).toBe('complete');
  for (const depth of [4, 5]) expect(outcomes.get(depth)).toEqual(infeasible);
  expect(report.cost.counts).toMatchObject({ complete: 3, failed: 2 });
  expect(readFileSync(files.markdown, 'utf8')).toMatch(/\| infeasible +\| +2 \|/);
});

describe('a host that is killed', () => {
  const { space } = readSpace(moons.space, []) as { space: Space };
  const setup = {
    study: 'crash',
    space,
    data: moons.data,
    model: moons.model,
    train: moons.train,
    after: {},
    folder: '.',
    seed: 1,
    metric: { name: 'valLoss', goal: 'minimize' },
    metrics: [{ name: 'valLoss', goal: 'minimize' }],
    checkpoints: join(reports, 'crash'),
  } as const;

  const openMoons = (): Promise<Study> =>
    openStudy({
      name: 'crash',
      space,
      direction: 'minimize',
      seed: 1,
      sampler: random.create({}),
      pruner: none.create({}),
      storage: memoryStorage(),
      now: () => new Date(),
    });

  /** Trains four trials, two at once. As often as told, a host dies at the first measurement that comes from it. */
  const trained = async (deaths: number) => {
    const study = await openMoons();
    const executor = await threadsExecutor({ setup: { kind: 'training', setup }, slots: 2, log: () => undefined });
    const killed = new Set<number>();
    const kill = (pid: number): void => {
      if (killed.size === deaths || killed.has(pid)) return;
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    };
    try {
      await runStudy(study, executor, {
        budget: { trials: 4 },
        clock: () => performance.now(),
        observe(event) {
          // A second attempt has a host of its own.
          if (event.type === 'trial-measured' && study.trials()[event.trial]!.attempt === 1)
            void executor.hostPid().then(kill);
        },
      });
      const { id: trial, config, value } = study.best()!;
      const models = [{ trial, config, value: value! }];
      const folder = join(reports, `${deaths} deaths`);
      const model = await executor.export!({ models, folder });
      return { trials: study.trials(), killed, model };
    } finally {
      await executor.close();
    }
  };

  test('takes no trial with it: they run again and come to the same weights', async () => {
    const undisturbed = await trained(0);
    const disturbed = await trained(2);
    expect(disturbed.killed.size).toBe(2);
    expect(disturbed.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete', 'complete']);
    expect(disturbed.trials.filter(({ attempt }) => attempt === 2).length).toBeGreaterThanOrEqual(2);
    const outcomes = ({ trials }: typeof disturbed) =>
      trials.map(({ value, attributes }) => [value, attributes!['weightsHash']]);
    expect(outcomes(disturbed)).toEqual(outcomes(undisturbed));
    expect(disturbed.model.test).toEqual(undisturbed.model.test);
  });
});
