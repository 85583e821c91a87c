/** Trainings whose process ended go on from their last backup with the same bits; a backup that is broken costs time alone. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import { optimizers } from '../../src/train/optimizers/index.ts';
import type { Config } from '../../src/space/space.ts';
import { trialSeed } from '../../src/study/rng.ts';
import type { Measurement, Verdict } from '../../src/study/trial.ts';
import { backupPath } from '../../src/train/backup.ts';
import { readWithFacts, writeCheckpoint } from '../../src/train/checkpoint.ts';
import { createTrainer, loadSharedDataset, type TrainingSetup } from '../../src/train/trainer.ts';
import { testFolder } from '../tune/test-folder.ts';
import { configs, drawingSetup, facts } from './drawing-trials.ts';

beforeAll(() => loadBackend());

const folder = testFolder();
const [standardConfig] = configs;

function place(sections: Sections = {}): TrainingSetup & { readonly config?: Config } {
  return { ...drawingSetup(folder), backupEvery: 0, checkpoints: join(folder, randomUUID()), ...sections };
}

interface Sitting {
  /** Epochs after which it is interrupted. Default: never. */
  readonly epochs?: number;
  readonly judge?: (step: number) => Verdict;
}

/** As a process of its own would train trial 0: what is not on disk is gone. */
async function train(
  { config = standardConfig!, ...setup }: ReturnType<typeof place>,
  { epochs = Infinity, judge = () => 'continue' }: Sitting = {},
) {
  const trainer = createTrainer(setup, await loadSharedDataset(setup));
  const curve: unknown[] = [];
  const trained: number[] = [];
  const known = await trainedBefore(setup);
  const observe = ({ step, value, metrics }: Measurement): Verdict => {
    const { seconds: _, ...others } = metrics!;
    curve.push({ step, value, ...others });
    if (step > known) trained.push(step);
    return judge(step);
  };
  const result = await trainer.train(
    { trial: 0, attempt: 1, seed: trialSeed(1, 0), config },
    observe,
    () => curve.length >= epochs,
  );
  return { curve, trained, result };
}

/** Epochs in the backup. */
async function trainedBefore({ checkpoints }: TrainingSetup): Promise<number> {
  const { facts } = await readWithFacts(backupPath(checkpoints, 0)).catch(() => ({ facts: undefined }));
  return (facts as { passed?: unknown[] } | undefined)?.passed?.length ?? 0;
}

/** Interrupted after each of the numbers of epochs in turn. */
async function inSittings(setup: TrainingSetup, ends: readonly number[]) {
  for (const epochs of ends) {
    const { result } = await train(setup, { epochs });
    expect(result.failure?.cause).toBe('interrupted');
  }
  return train(setup);
}

type Sections = Partial<TrainingSetup> & { readonly config?: Config };

async function expectSame(sections: Sections, ends: readonly number[]): Promise<void> {
  const whole = await train(place(sections));
  const parts = await inSittings(place(sections), ends);
  expect(parts.curve).toEqual(whole.curve);
  expect(facts(parts.result)).toEqual(facts(whole.result));
  expect(parts.trained).toEqual(whole.trained.filter(step => step > ends.at(-1)!));
}

const { train: standard } = drawingSetup(folder);
const plain = { ...(standard as object), earlyStopping: false };

describe('goes on with the same bits', () => {
  test.each([[[1]], [[2]], [[4]], [[1, 2, 3, 4, 5]], [[3, 5]]])('interrupted after epochs %j', ends =>
    expectSame({ train: { ...plain, epochs: 6 } }, ends),
  );

  test.each(Object.keys(optimizers))('with the memory of %s', name =>
    expectSame({ train: { ...plain, optimizer: name, epochs: 3 } }, [1, 2]),
  );

  test.each([
    ['the best epoch is an earlier one', { ...plain, optimizer: { adam: 0.5 }, epochs: 6 }],
    ['patience runs out', { ...plain, epochs: 20, earlyStopping: { patience: 3 } }],
    ['the schedule follows the losses', { ...plain, schedule: 'reduceOnPlateau', optimizer: { adam: 0.5 } }],
    ['layers thaw', { ...plain, freeze: [{ layers: '0.dense', epochs: 3 }], optimizer: { adam: 0.3 } }],
  ])('%s', (_, train) => expectSame({ train }, [2, 4]));

  test('layers grow', () => {
    const stack = { stack: { times: 3, layers: [{ dense: { units: 4, activation: 'relu' } }] } };
    const model = { layers: [{ dense: { units: 4 } }, stack] };
    return expectSame({ model, train: { ...plain, grow: { every: 2 }, epochs: 7 } }, [2, 3, 5]);
  });

  /** The validation gradient moves the learning rate. */
  const tuned = {
    data: { twoMoons: { examples: 150 }, split: { tuning: 0.1 } },
    train: { ...plain, epochs: 6 },
    space: {
      ...drawingSetup(folder).space,
      params: drawingSetup(folder).space.params.map(each =>
        each.name === 'rate' ? { ...each, tune: 'gradient' as const } : each,
      ),
    },
  };

  test.each([
    ['exactly, over the whole training', { ...tuned.train, hypergradient: { estimator: 'forward', every: 3 } }],
    ['from the last steps', { ...tuned.train, hypergradient: { estimator: 'neumann', every: 2 } }],
    ['where training runs away', { ...tuned.train, optimizer: { momentum: '$rate' }, epochs: 8 }],
    ['while layers thaw', { ...tuned.train, freeze: [{ layers: '0.dense', epochs: 3 }] }],
  ])('gradients tune %s', async (_, train) => {
    await expectSame({ ...tuned, train }, [1, 3, 4]);
    await expectSame({ ...tuned, train }, [2]);
  });

  test('the gradient is told at the end', () => expectSame({ ...tuned, config: configs[1]! }, [1, 4]));

  test('folds: those that are done', async () => {
    const data = { twoMoons: { examples: 150 }, split: { folds: 3 } };
    await expectSame({ data }, [1, 2]);
  });
});

test('what a verdict ended stays ended when it is told of again', async () => {
  const setup = place({ train: { ...plain, epochs: 6 } });
  await train(setup, { epochs: 3 });
  const { result, trained } = await train(setup, { judge: step => (step === 2 ? 'stop' : 'continue') });
  expect(trained).toEqual([]);
  expect(result).toMatchObject({ state: 'pruned', stopped: 'pruner', attributes: { epochs: 3 } });
});

test('tensors are freed', async () => {
  const setup = place({ train: { ...plain, epochs: 6 } });
  const { result } = await train(setup, { epochs: 3 });
  expect(result.state).toBe('failed');
  const trainer = createTrainer(setup, await loadSharedDataset(setup));
  const job = { trial: 0, attempt: 1, seed: trialSeed(1, 0), config: standardConfig! };
  const run = () =>
    trainer.train(
      job,
      () => 'continue',
      () => false,
    );
  await run();
  const before = tf.memory().numTensors;
  await run();
  expect(tf.memory().numTensors).toBe(before);
});

describe('a backup that cannot be used: the trial trains from its start, and says so', () => {
  const sections = { train: { ...plain, epochs: 4 } };

  async function expectFromStart(change: (path: string, setup: TrainingSetup) => unknown): Promise<void> {
    const whole = await train(place(sections));
    const setup = place(sections);
    await train(setup, { epochs: 2 });
    const path = backupPath(setup.checkpoints, 0);
    await change(path, setup);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      const { curve, result } = await train(setup);
      expect(curve).toEqual(whole.curve);
      expect(facts(result)).toEqual(facts(whole.result));
      expect(log.mock.calls.flat().join()).toMatch(/trial-0.backup is of no use: .+; the trial trains from its start$/);
    } finally {
      log.mockRestore();
    }
  }

  test.each([0, 1, 3, 100, 1000, -1])('cut at byte %d', at =>
    expectFromStart(path => writeFileSync(path, readFileSync(path).subarray(0, at))),
  );

  test.each([10, 400, -2])('with a wrong byte at %d', at =>
    expectFromStart(path => {
      const bytes = readFileSync(path);
      bytes[at < 0 ? bytes.length + at : at]! ^= 8;
      writeFileSync(path, bytes);
    }),
  );

  test('of another model, whatever it says', () =>
    expectFromStart(async path => {
      const { tensors, facts } = await readWithFacts(path);
      const [first, ...others] = tensors;
      await writeCheckpoint(path, [{ ...first!, shape: [3], values: new Float32Array(3) }, ...others], facts);
    }));

  test('of another study', () =>
    expectFromStart(async (_, setup) => {
      await train({ ...setup, seed: 2 }, { epochs: 2 });
    }));

  test('with nothing in it', () => expectFromStart(path => writeCheckpoint(path, [], { of: '' })));
});

test('one that is gone says nothing', async () => {
  const setup = place({ train: { ...plain, epochs: 4 } });
  await train(setup, { epochs: 2 });
  await rm(backupPath(setup.checkpoints, 0));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { trained } = await train(setup);
  expect([trained, log.mock.calls]).toEqual([[1, 2, 3, 4], []]);
  log.mockRestore();
});

test('one that cannot be written stops nothing, and is said', async () => {
  const setup = place({ train: { ...plain, epochs: 2 } });
  // A file where the folder should be; the weights at the end fail the trial, as ever.
  writeFileSync(setup.checkpoints, '');
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { trained } = await train(setup);
  expect(trained).toEqual([1, 2]);
  expect(log.mock.calls.flat().join()).toContain('no backup of the trial: ');
  log.mockRestore();
});

test('short trainings take none', async () => {
  const { backupEvery: _, ...setup } = place({ train: { ...plain, epochs: 3 } });
  await train(setup, { epochs: 2 });
  expect(existsSync(backupPath(setup.checkpoints, 0))).toBe(false);
});
