/** What training sees: every training row, once in an epoch, and nothing of validation and test rows. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runEagerly } from '../../src/backend/graph/eager-mode.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import { augmentations } from '../../src/train/augment/index.ts';
import { prepareBatches, type Batches } from '../../src/train/batches.ts';
import type { Dataset } from '../../src/train/data/dataset.ts';
import { dataKnobs } from '../../src/train/data/section.ts';
import { evaluate } from '../../src/train/evaluate.ts';
import { fit, type FitResult } from '../../src/train/fit.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { createGraphs, type Graphs } from '../../src/train/graphs.ts';
import { phasesOf } from '../../src/train/phases.ts';
import type { RawBatch } from '../../src/train/raw-rows.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { initialState } from '../../src/train/step.ts';

beforeAll(() => loadBackend());

afterEach(() => runEagerly(false));

const [size, pixels, batchSize] = [120, 16, 16];
const inputShape = [4, 4, 1];

/** Images whose first pixel is the number of their row. */
function createData(): Dataset {
  const rng = createRng(1, 'images');
  const inputs = Float32Array.from({ length: size * pixels }, (_, i) => (i % pixels ? 10 * rng.normal() : i / pixels));
  const targets = Int32Array.from({ length: size }, () => rng.int(3));
  return { task: 'classification', size, inputShape, inputs, targetSize: 1, targets, classes: ['a', 'b', 'c'] };
}

const data = createData();
// Whether classes keep their shares must not decide the split: these tests change targets.
const section = dataKnobs.parse({ split: { stratify: false } });

function batchesOf(dataset: Dataset): Batches {
  return prepareBatches(dataset, section, 1);
}

/** A data set with other inputs and targets in some of its rows. */
function spoiled(
  rows: Int32Array,
  spoil: { readonly input?: (x: number) => number; readonly target?: (y: number) => number },
) {
  const [inputs, targets] = [data.inputs.slice(), data.targets.slice()];
  const { input = x => x, target = y => y } = spoil;
  for (const row of rows) {
    for (let pixel = row * pixels; pixel < (row + 1) * pixels; pixel++) inputs[pixel] = input(inputs[pixel]!);
    targets[row] = target(targets[row]!);
  }
  return { ...data, inputs, targets };
}

const model = modelSection.parse({
  layers: [{ conv2d: { filters: 3, kernelSize: 2 } }, 'batchNorm', { activation: 'relu' }, 'flatten', { dropout: 0.2 }],
});

interface Seen {
  /** "train" or "evaluate". */
  readonly kind: string;
  readonly rows: number[];
}

/** Graphs that tell the rows that each epoch is asked for. */
function watched(seen: Seen[]): Graphs {
  const graphs = createGraphs();
  return {
    ...graphs,
    take(structure, minibatch, inputs, step) {
      const taken = graphs.take(structure, minibatch, inputs, step);
      return {
        ...taken,
        epoch(epoch) {
          seen.push({ kind: structure.split(' ')[0]!, rows: [...epoch.order!] });
          return taken.epoch(epoch);
        },
      };
    },
  };
}

/** Graphs that run op by op, and tell the rows whose values the steps of each epoch get. */
function watchedSteps(seen: Seen[]): Graphs {
  const graphs = createGraphs();
  return {
    ...graphs,
    take(structure, minibatch, inputs, step) {
      const kind = structure.split(' ')[0]!;
      const taken = graphs.take(structure, minibatch, inputs, (raw, state, hyper) => {
        const { inputs: images } = raw as unknown as RawBatch;
        const numbers = tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync();
        seen.at(-1)!.rows.push(...numbers);
        return step(raw, state, hyper);
      });
      return {
        ...taken,
        epoch(epoch) {
          seen.push({ kind, rows: [] });
          return taken.epoch(epoch);
        },
      };
    },
  };
}

interface Training extends FitResult {
  readonly seen: readonly Seen[];
  readonly measured: readonly unknown[];
}

async function train(
  dataset: Dataset,
  given: Readonly<Record<string, Json>> = {},
  watch: (seen: Seen[]) => Graphs = watched,
): Promise<Training> {
  const batches = batchesOf(dataset);
  const section = trainSection.parse({ batchSize, epochs: 2, earlyStopping: false, ...given });
  const seen: Seen[] = [];
  const measured: unknown[] = [];
  const graphs = watch(seen);
  const result = await fit(phasesOf(dataset, model, section), batches, {
    ...section,
    given: new Map(),
    metric: { name: 'valLoss', goal: 'minimize' },
    rng: createRng(1, 'training'),
    seed: 1,
    observe({ metrics }) {
      const { seconds: _, ...others } = metrics!;
      measured.push(others);
      return 'continue';
    },
    mustEnd: () => undefined,
    graphs,
  });
  graphs.dispose();
  batches.dispose();
  const best = result.best && { ...result.best, metrics: { ...result.best.metrics, seconds: 0 } };
  return { ...result, ...(best && { best }), seen, measured };
}

function sorted(rows: Iterable<number>): number[] {
  return [...rows].toSorted((a, b) => a - b);
}

let known: Batches | undefined;

function parts(): Batches {
  return (known ??= batchesOf(data));
}

const augments: readonly (readonly [string, readonly Json[]])[] = [
  ['nothing', []],
  ...Object.keys(augmentations).map(name => [name, [name]] as const),
  // Examples are mixed once at most.
  ['all of them', Object.keys(augmentations).filter(name => name !== 'cutmix')],
];

describe.each(augments)('augmented by %s', (_, augment) => {
  it('an epoch trains on every training row once, in a new order, and validates on the validation rows', async () => {
    const { seen, weights } = await train(data, { augment: [...augment] });
    expect(seen.map(({ kind }) => kind)).toEqual(['train', 'evaluate', 'train', 'evaluate']);
    for (const { kind, rows } of seen)
      expect(sorted(rows)).toEqual(sorted(kind === 'train' ? parts().train : parts().validation));
    const orders = seen.filter(({ kind }) => kind === 'train').map(({ rows }) => rows.join());
    expect(new Set(orders).size).toBe(2);

    // The values that reach the steps are of these rows.
    runEagerly(true);
    const byStep = await train(data, { augment: [...augment] }, watchedSteps);
    expect(byStep.seen).toEqual(seen);
    expect(byStep.weights).toEqual(weights);
  });

  it('an evaluation is that without augmentation', async () => {
    const batches = parts();
    const measured = await Promise.all(
      [augment, []].map(async changes => {
        const [{ program }] = phasesOf(data, model, trainSection.parse({ augment: changes, batchSize }));
        const state = initialState(program, createRng(2, 'weights'));
        return evaluate(program, batches, batches.validation, state, createHyper(program, 1), createGraphs());
      }),
    );
    expect(measured[0]).toEqual(measured[1]);
  });
});

it('where the last batch is dropped, an epoch trains on whole minibatches, each row at most once', async () => {
  runEagerly(true);
  const { seen } = await train(data, { lastBatch: 'drop' }, watchedSteps);
  const training = new Set(parts().train);
  for (const { rows } of seen.filter(({ kind }) => kind === 'train')) {
    expect(rows).toHaveLength(batchSize * Math.floor(training.size / batchSize));
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.every(row => training.has(row))).toBe(true);
  }
});

it('the three parts have no row in common', () => {
  const { train: training, validation, test } = parts();
  expect(sorted([...training, ...validation, ...test])).toEqual(Array.from({ length: size }, (_, row) => row));
});

describe('statistics of normalization', () => {
  it('are those of the training rows', () => {
    const values = [...parts().train].flatMap(row =>
      Array.from(data.inputs.subarray(row * pixels, (row + 1) * pixels)),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const { offset, scale } = parts().inputNormalization;
    expect(offset[0]).toBeCloseTo(mean, 10);
    expect(scale[0]).toBeCloseTo(Math.sqrt(variance), 10);
  });

  it.each(['validation', 'test'] as const)(
    'do not move when %s rows change, as all of training does not',
    async part => {
      const other = spoiled(parts()[part], { input: x => 1e6 - 3 * x, target: y => (y + 1) % 3 });
      const batches = batchesOf(other);
      expect(batches.inputNormalization).toEqual(parts().inputNormalization);
      expect(sorted(batches[part])).toEqual(sorted(parts()[part]));
      const augment = ['shift', 'cutout', 'mixup'];
      const [one, two] = [await train(data, { augment }), await train(other, { augment })];
      expect(two.curve.train).toEqual(one.curve.train);
      // Only a test row changes nothing at all: the measurements are those of the validation rows.
      expect(isDeepStrictEqual(two, one)).toBe(part === 'test');
    },
  );

  it('move when a training row changes', () => {
    const other = spoiled(parts().train.slice(0, 1), { input: x => x + 1 });
    expect(batchesOf(other).inputNormalization).not.toEqual(parts().inputNormalization);
  });
});

describe('early stopping', () => {
  const stopping = { epochs: 60, earlyStopping: { patience: 3 }, optimizer: { adam: 0.03 } };

  it('decides the same whatever is in the test rows', async () => {
    const one = await train(data, stopping);
    expect(one.stopped).toBe('early-stopping');
    const nothing = spoiled(parts().test, { input: () => Number.NaN, target: y => (y + 1) % 3 });
    expect(await train(nothing, stopping)).toEqual(one);
  });

  it('decides by the validation rows', async () => {
    const one = await train(data, stopping);
    const other = await train(spoiled(parts().validation, { target: y => (y + 1) % 3 }), stopping);
    expect(other.curve.validation).not.toEqual(one.curve.validation);
    // Both train alike until one of them stops.
    const common = Math.min(one.epochs, other.epochs);
    expect(other.curve.train.slice(0, common)).toEqual(one.curve.train.slice(0, common));
  });
});
