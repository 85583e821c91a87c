/** The best configuration trained once more on training and tuning rows, and the schedule in the folder of the model. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { defineSpace } from '../../../src/space/define-space.ts';
import { defaultConfig } from '../../../src/space/default-config.ts';
import { replayed, type Replayed, type ReplayRequest } from '../../../src/train/after/replayed.ts';
import { prepareBatches } from '../../../src/train/batches.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { dataSection, loadDataset } from '../../../src/train/data/section.ts';
import { exportModel } from '../../../src/train/export-model.ts';
import { fitSection } from '../../../src/train/fit-section.ts';
import { createGraphs } from '../../../src/train/graphs.ts';
import { readSchedule } from '../../../src/train/hypergradient/schedule-file.ts';
import { hypergradientKnob, type LearnedSchedule, type Tuning } from '../../../src/train/hypergradient/tuning.ts';
import { planTraining } from '../../../src/train/planned.ts';
import { testFolder } from '../../tune/test-folder.ts';

const folder = testFolder();
const section = dataSection.parse({
  twoMoons: { examples: 200 },
  split: { validation: 0.15, test: 0.15, tuning: 0.2 },
});
const space = defineSpace({ lr: { type: 'float', low: 1e-4, high: 1, log: true, default: 0.1 } });
const model = { layers: [{ dense: { units: 6, activation: 'tanh' } }] };
const train = { optimizer: { sgd: '$lr' }, epochs: 6, schedule: 'cosineDecay', earlyStopping: { patience: 1 } };
const coordinate = { scale: 'log', low: 1e-4, high: 1 } as const;
const tuning: Tuning = {
  mode: 'online',
  parameters: [{ name: 'lr', hyper: ['optimizer.learningRate'], coordinate }],
  knobs: hypergradientKnob.parse({}),
};
const bestEpoch = 4;
const graphs = createGraphs();
let moons: Dataset;

beforeAll(async () => {
  await loadBackend();
  moons = await loadDataset(section, folder, 1);
});

/** A trial that is over, ready to be replayed into a folder of its own. */
async function trialOf(dataset: Dataset, place: string): Promise<ReplayRequest> {
  const batches = prepareBatches(dataset, section, 1);
  const planned = planTraining({ space, model, train }, dataset, defaultConfig(space));
  const context = {
    dataset,
    batches,
    train: planned.train,
    metric: { name: 'valLoss', goal: 'minimize' },
    seed: 5,
    graphs,
  } as const;
  const { weights } = await fitSection(planned.phases, context);
  const trained = { model: planned.model, program: planned.phases[0].program, weights, storage: 'float32' } as const;
  return { ...context, trained, phases: planned.phases, folder: join(folder, place), bestEpoch };
}

interface Outcome extends Replayed {
  readonly weights: Buffer;
}

async function replay(request: ReplayRequest): Promise<Outcome> {
  const outcome = await replayed(request);
  return { ...outcome, weights: await readFile(join(request.folder, outcome.folder, 'weights.bin')) };
}

/** The data with other inputs in one part. */
function spoiled(part: 'train' | 'tuning' | 'validation' | 'test'): Dataset {
  const inputs = Float32Array.from(moons.inputs);
  for (const row of prepareBatches(moons, section, 1)[part]) inputs[2 * row]! *= -1;
  return { ...moons, inputs };
}

describe('replayed', () => {
  it('trains on training and tuning rows for as many epochs as the best model', async () => {
    const request = await trialOf(moons, 'counted');
    const { epochs, examples, original, validation, test } = await replay(request);
    expect(epochs).toBe(bestEpoch);
    expect([original.examples, examples]).toEqual([100, 140]);
    expect([validation, test, original.validation, original.test].map(score => score.examples)).toEqual([
      30, 30, 30, 30,
    ]);
    expect(test.loss).not.toBe(original.test.loss);
    expect(Object.keys(test.metrics)).toEqual(['accuracy']);
  });

  it('learns from the tuning rows, and never from those that validate or test', async () => {
    const of = async (data: Dataset, place: string): Promise<Buffer> =>
      (await replay(await trialOf(data, place))).weights;
    const plain = await of(moons, 'plain');
    expect(plain.equals(await of(moons, 'again'))).toBe(true);
    expect(plain.equals(await of(spoiled('tuning'), 'tuning'))).toBe(false);
    expect(plain.equals(await of(spoiled('validation'), 'validation'))).toBe(true);
    expect(plain.equals(await of(spoiled('test'), 'test'))).toBe(true);
  });

  it('saves a model that loads and predicts', async () => {
    const request = await trialOf(moons, 'loaded');
    const { folder: place } = await replay(request);
    const loaded = await tf.loadLayersModel(`file://${join(request.folder, place, 'model.json')}`);
    const [share, other] = (loaded.predict(tf.tensor2d([[0.3, 0.2]])) as Tensor).dataSync();
    expect(share! + other!).toBeCloseTo(1, 5);
  });
});

describe('replayed with a schedule', () => {
  const replayWith = async (lr: readonly number[], every: number, place: string): Promise<Buffer> => {
    // 100 training rows in batches of 32.
    const schedule = { every, stepsPerEpoch: 4, values: { lr } };
    const { weights } = await replay({ ...(await trialOf(moons, place)), tuning, schedule });
    return weights;
  };

  it('that never moves is the training without one', async () => {
    const { weights } = await replay(await trialOf(moons, 'still-plain'));
    expect((await replayWith([0.1], 10, 'still')).equals(weights)).toBe(true);
    expect((await replayWith([0.1, 0.1, 0.1], 3, 'still-pieces')).equals(weights)).toBe(true);
  });

  it('moves as the values say, in step with the epochs', async () => {
    const plain = await replayWith([0.1], 4, 'plain-schedule');
    // A value for each epoch; that of the epoch after the best one has no say.
    const moving = await replayWith([0.1, 0.2, 0.3, 0.4, 0.5], 4, 'moving');
    expect(moving.equals(plain)).toBe(false);
    expect((await replayWith([0.1, 0.2, 0.3, 0.4, 99], 4, 'other-end')).equals(moving)).toBe(true);
    expect((await replayWith([0.1, 0.2, 0.3, 99, 0.5], 4, 'other-best')).equals(moving)).toBe(false);
  });
});

// Of 100 training rows.
it.each([
  { batchSize: 20, lastBatch: 'keep' },
  { batchSize: 32, lastBatch: 'keep' },
  { batchSize: 32, lastBatch: 'drop' },
] as const)('on the same rows, a schedule brings back the training that learned it: %o', async minibatches => {
  const request = await trialOf(moons, 'same');
  const train = { ...request.train, ...minibatches, epochs: 12, earlyStopping: false } as const;
  const context = { ...request, train };
  const gentle = { ...tuning, knobs: hypergradientKnob.parse({ every: 5, travel: 0.5 }) };
  const tuned = await fitSection(request.phases, context, { tuning: gentle, keep: 'last' });
  const { schedule, rollbacks } = tuned.learned!;
  expect(rollbacks).toBe(0);
  expect(new Set(schedule.values['lr']).size).toBeGreaterThan(4);
  const replay = { parameters: tuning.parameters, schedule };
  const again = await fitSection(request.phases, context, { replay, keep: 'last' });
  again.curve.validation.forEach((loss, epoch) => expect(loss).toBeCloseTo(tuned.curve.validation[epoch]!, 6));
  expect(again.curve.train.at(-1)).toBeCloseTo(tuned.curve.train.at(-1)!, 6);
});

describe('the folder of the model', () => {
  const schedule: LearnedSchedule = { every: 2, stepsPerEpoch: 4, values: { lr: [0.1, 0.2, 0.15] } };

  const exported = async (given?: LearnedSchedule) => {
    const request = await trialOf(moons, `exported-${given ? 'tuned' : 'plain'}`);
    const trial = { trial: 3, config: { lr: 0.1 }, value: 0.4 };
    return exportModel({ ...request, study: 'moons', trial, schedule: given });
  };

  it('has the schedule of a trial that tuned', async () => {
    const model = await exported(schedule);
    expect(model.schedule).toEqual(schedule);
    expect(await readSchedule(join(model.folder, 'schedule.json'))).toEqual(schedule);
  });

  it('has none of one that did not', async () => {
    const model = await exported();
    expect(model).not.toHaveProperty('schedule');
    await expect(readSchedule(join(model.folder, 'schedule.json'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
