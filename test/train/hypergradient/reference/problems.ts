/**
 * Problems for the reference and for the float32 backend alike: all data and first weights are float32 numbers.
 * The network is 8-50-1 on 200 rows, as in the first check of hypergradients; 100 more rows are for validation.
 */
import { createRng, type Rng } from '../../../../src/study/rng.ts';
import { network, weightsOf, type ActivationName } from './network.ts';
import { linear, rowsFrom, type Rows, type Table } from './objective.ts';
import type { Ridge } from './ridge.ts';
import { momentum, rules, type Hyper, type HyperName, type RuleName } from './rules.ts';
import type { Training } from './training.ts';
import { zeros, type Vector } from './vectors.ts';

export const features = 8;
export const units = 50;
export const trainRows = rowsFrom(0, 200);
export const validationRows = rowsFrom(200, 100);

/** Standard normal inputs and a smooth target with noise. */
export const table: Table = drawTable(
  createRng(6, 'network', 'data'),
  features,
  300,
  ([a, b, c, d, e]) => 0.3 * (Math.sin(1.5 * a!) + b! * c! + Math.tanh(d! - e!)),
);

/** First weights: uniform kernels as glorotUniform draws them, small biases, so that no unit starts where another does. */
export const initial: Vector = Float64Array.from(
  weightsOf(features, units).flatMap(({ name, shape }) => {
    const rng = createRng(6, 'network', 'weights', name);
    const [rows, columns = 0] = shape as readonly number[];
    const limit = columns === 0 ? 0.1 : Math.sqrt(6 / (rows! + columns));
    return Array.from({ length: rows! * Math.max(1, columns) }, () => Math.fround(limit * (2 * rng.uniform() - 1)));
  }),
);

const decays: Vector = Float64Array.from(
  weightsOf(features, units).flatMap(({ shape, decays }) =>
    Array.from({ length: sizeOf(shape) }, () => (decays ? 1 : 0)),
  ),
);

/** Weights by name, as a checkpoint or asGiven takes them. */
export function namedWeights(weights: Vector) {
  let before = 0;
  return weightsOf(features, units).map(({ name, shape }) => {
    const size = sizeOf(shape);
    before += size;
    return { name, shape, values: Float32Array.from(weights.subarray(before - size, before)) };
  });
}

/** Some rows of a table as values of tensors: [rows, inputs] and [rows, 1]. */
export function valuesOf({ inputs, targets }: Table, rows: Rows) {
  return {
    inputs: Float32Array.from(rows.flatMap(row => [...inputs[row]!])),
    targets: Float32Array.from(rows, row => targets[row]!),
  };
}

/** The same rows in each step of the same number: epochs of whole batches in an order of their own. */
export function minibatches(steps: number, batchSize = 25): readonly Rows[] {
  const perEpoch = Math.floor(trainRows.length / batchSize);
  return Array.from({ length: steps }, (_, step) => {
    const order = createRng(6, 'network', 'order', Math.floor(step / perEpoch)).shuffle(Int32Array.from(trainRows));
    const first = (step % perEpoch) * batchSize;
    return [...order.subarray(first, first + batchSize)];
  });
}

export function networkTraining(rule: RuleName, steps: number, activation: ActivationName = 'tanh'): Training {
  return {
    objective: network(table, units, activation),
    rule: rules[rule],
    initial,
    decays,
    batches: minibatches(steps),
    validation: validationRows,
  };
}

/** Values at which the network learns, and none of them is idle. */
export const hypers: Readonly<Record<RuleName, Hyper>> = {
  momentum: { learningRate: 0.02, momentum: 0.8, weightDecay: 0.02, l1: 1e-4, l2: 1e-3 },
  adamw: { learningRate: 0.003, beta1: 0.9, beta2: 0.99, weightDecay: 0.1, l1: 1e-4, l2: 1e-3 },
};

export function hyperNames(rule: RuleName): readonly HyperName[] {
  return Object.keys(hypers[rule]) as HyperName[];
}

/** The section "train" that does the same. */
export function trainSectionOf(rule: RuleName, { l1, l2, weightDecay, ...own }: Hyper) {
  return rule === 'adamw'
    ? { optimizer: { adamw: { ...own, weightDecay } }, l1, l2 }
    : { optimizer: { momentum: own }, weightDecay, l1, l2 };
}

/** Name of the value in program.hyper for such a section. */
export function programHyperName(rule: RuleName, name: HyperName): string {
  const isOfOptimizer = !['l1', 'l2', ...(rule === 'adamw' ? [] : ['weightDecay'])].includes(name);
  return isOfOptimizer ? `optimizer.${name}` : name;
}

const ridgeRows = { training: rowsFrom(0, 60), validation: rowsFrom(60, 60) };

/**
 * 60 rows for training and 60 for validation of a linear target with noise. Inputs and targets are 0 on average over
 * the training rows, so that an output layer with a bias, on all rows in each step, keeps it at 0.
 */
export const ridge: Ridge = {
  ...ridgeRows,
  table: centered(
    drawTable(createRng(6, 'ridge', 'data'), 10, 120, ([a, b, c]) => a! - 0.5 * b! + 0.25 * c!, 1),
    ridgeRows.training,
  ),
};

/** Gradient descent on the rows of a ridge regression, all of them in each step. */
export function ridgeTraining({ table, training, validation }: Ridge, steps: number): Training {
  const objective = linear(table);
  return {
    objective,
    rule: momentum,
    initial: zeros(objective.size),
    decays: zeros(objective.size).fill(1),
    batches: Array.from({ length: steps }, () => training),
    validation,
  };
}

function drawTable(rng: Rng, width: number, rows: number, target: (x: Vector) => number, noise = 0.1): Table {
  const inputs = Array.from({ length: rows }, () =>
    Float64Array.from({ length: width }, () => Math.fround(rng.normal())),
  );
  return { inputs, targets: Float64Array.from(inputs, x => Math.fround(target(x) + noise * rng.normal())) };
}

function centered({ inputs, targets }: Table, rows: Rows): Table {
  const mean = (valueOf: (row: number) => number): number =>
    rows.reduce((sum, row) => sum + valueOf(row), 0) / rows.length;
  const means = inputs[0]!.map((_, column) => mean(row => inputs[row]![column]!));
  const target = mean(row => targets[row]!);
  return {
    inputs: inputs.map(x => x.map((value, column) => Math.fround(value - means[column]!))),
    targets: targets.map(value => Math.fround(value - target)),
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
