/** What tuning by gradients must not depend on, must not see and must not leave behind: check 11 of issue 6. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runEagerly } from '../../../src/backend/graph/eager-mode.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf } from '../../../src/backend/tf.ts';
import type { FitResult } from '../../../src/train/fit.ts';
import { createGraphs, type Graphs } from '../../../src/train/graphs.ts';
import { classification, parameter, rowsBetween, trialOf, type Trial } from './trials.ts';

beforeAll(() => loadBackend());
afterEach(() => runEagerly(false));

const dataset = classification(160, 5, ['a', 'b', 'c']);
const parts = {
  train: rowsBetween(0, 70),
  tuning: rowsBetween(70, 110),
  validation: rowsBetween(110, 140),
  test: rowsBetween(140, 160),
};
const batchSize = 16;

const shared = createGraphs();

function trial(own: Partial<Trial> = {}): Trial {
  return {
    graphs: shared,
    dataset,
    parts,
    layers: [{ dense: { units: 6, activation: 'tanh' } }, 'batchNorm', { gaussianDropout: 0.2 }],
    train: { optimizer: { momentum: { learningRate: 0.03, momentum: 0.8 } }, l2: 1e-3, batchSize, epochs: 6 },
    tuned: [
      parameter('lr', 'optimizer.learningRate', [1e-4, 1]),
      parameter('l2', 'l2', [1e-6, 1]),
      parameter('rate', '2.gaussianDropout.rate', { scale: 'linear', low: 0.1, high: 0.6 }),
    ],
    ...own,
    knobs: { every: 3, travel: 1, ...own.knobs },
  };
}

/** All but how long it took. */
function facts({ curve, weights, learned, gradientEvaluations, epochs }: FitResult) {
  return { curve, weights, learned, gradientEvaluations, epochs };
}

const ways = [
  ['forward', 'online'],
  ['neumann', 'online'],
  ['forward', 'restart'],
] as const;

describe.each(ways)('by %s, %s', (estimator, mode) => {
  const own = { mode, knobs: { estimator } };

  it('the same seed gives the same values and weights, another one others', async () => {
    const [one, two, other] = [
      await trialOf(trial(own)),
      await trialOf(trial(own)),
      await trialOf(trial({ ...own, seed: 2 })),
    ];
    expect(facts(two)).toEqual(facts(one));
    expect(facts(other).weights).not.toEqual(facts(one).weights);
  });

  it('rows of training and of tuning alone reach gradients; of validation rows the loss is measured, of test rows nothing', async () => {
    const seen: Seen[] = [];
    runEagerly(true);
    await trialOf(trial({ ...own, graphs: watched(seen) }));
    const rowsOf = (kinds: readonly string[]) =>
      new Set(seen.filter(({ kind }) => kinds.includes(kind)).flatMap(({ rows }) => rows));
    const evaluated = rowsOf(['evaluate']);
    expect(parts.validation.every(row => evaluated.has(row))).toBe(true);
    expect([...evaluated].every(row => parts.validation.includes(row) || parts.tuning.includes(row))).toBe(true);
    // Tuning rows come alone, or at the end of the last training step.
    const ofTuning = estimator === 'forward' ? 'hypergradient' : 'neumann';
    const steps = seen.map(({ kind }) => kind).filter(kind => kind !== 'evaluate' && kind !== ofTuning);
    expect(steps).toContain(estimator === 'forward' ? 'forward' : 'train');
    expect(rowsOf(steps)).toEqual(new Set(parts.train));
    const withTuning = rowsOf([ofTuning]);
    expect(parts.tuning.every(row => withTuning.has(row))).toBe(true);
    const others = [...withTuning].filter(row => !parts.tuning.includes(row));
    expect(others.every(row => estimator === 'neumann' && parts.train.includes(row))).toBe(true);
  });

  it('what is in validation and test rows changes nothing', async () => {
    const [inputs, targets] = [dataset.inputs.slice(), dataset.targets.slice()];
    for (const row of [...parts.validation, ...parts.test]) {
      for (let i = 0; i < 5; i++) inputs[5 * row + i]! *= -3;
      targets[row] = (targets[row]! + 1) % 3;
    }
    const [one, two] = [
      await trialOf(trial(own)),
      await trialOf(trial({ ...own, dataset: { ...dataset, inputs, targets } })),
    ];
    expect(two.weights).toEqual(one.weights);
    expect(two.learned).toEqual(one.learned);
    expect(two.curve.train).toEqual(one.curve.train);
    expect(two.curve.validation).not.toEqual(one.curve.validation);
  });

  it('compiled and op by op are the same but for rounding', async () => {
    const compiled = await trialOf(trial(own));
    runEagerly(true);
    const eager = await trialOf(trial({ ...own, graphs: createGraphs() }));
    expect(eager.gradientEvaluations).toBe(compiled.gradientEvaluations);
    for (const [name, values] of Object.entries(compiled.learned!.schedule.values))
      values.forEach((value, i) => {
        const other = eager.learned!.schedule.values[name]![i]!;
        expect(Math.abs(other / value - 1), `${name} of stretch ${i}`).toBeLessThan(1e-2);
      });
    compiled.curve.validation.forEach((loss, i) => expect(eager.curve.validation[i]! / loss).toBeCloseTo(1, 2));
  });

  it('tensors stay as many, and are gone after the training', async () => {
    const counts: number[] = [];
    const graphs = createGraphs();
    const measured = (epochs: number) =>
      trialOf(
        trial({
          ...own,
          train: { ...trial().train, epochs },
          knobs: { estimator, every: 1 },
          graphs,
          options: {
            observe: () => {
              counts.push(tf.memory().numTensors);
              return 'continue';
            },
          },
        }),
      );
    // What is compiled, and what hardly ever comes, is there after the first training.
    await measured(2);
    counts.length = 0;
    const before = tf.memory().numTensors;
    const { learned } = await measured(80);
    expect(tf.memory().numTensors).toBe(before);
    // Some of the 400 steps may have been undone.
    expect(learned!.schedule.values['lr']!.length).toBeGreaterThanOrEqual(200);
    expect(new Set(counts.slice(1)).size).toBe(1);
    graphs.dispose();
  });
});

interface Seen {
  /** "train", "forward", "neumann", "hypergradient" or "evaluate". */
  readonly kind: string;
  readonly rows: number[];
}

/** Graphs that tell the rows whose values each of their steps gets, op by op. */
function watched(seen: Seen[]): Graphs {
  const graphs = createGraphs();
  const first = new Map(Array.from({ length: dataset.size }, (_, row) => [dataset.inputs[5 * row]!, row]));
  return {
    ...graphs,
    take(structure, minibatch, inputs, step) {
      const kind = structure.split(' ')[0]!;
      return graphs.take(structure, minibatch, inputs, (raw, state, hyper) => {
        const { inputs: values } = raw as unknown as { readonly inputs: ReturnType<typeof tf.tensor2d> };
        const numbers = tf.slice(values, [0, 0], [-1, 1]).dataSync();
        seen.push({ kind, rows: [...numbers].map(value => first.get(value)!) });
        return step(raw, state, hyper);
      });
    },
  };
}
