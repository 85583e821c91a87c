/** Small trainings that tune by gradients, as trials do it. */
import type { Json } from '../../../src/space/space.ts';
import { createRng } from '../../../src/study/rng.ts';
import { prepareBatches, type Batches } from '../../../src/train/batches.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { dataKnobs } from '../../../src/train/data/section.ts';
import type { FitOptions, FitResult } from '../../../src/train/fit.ts';
import { fitSection } from '../../../src/train/fit-section.ts';
import { createGraphs, type Graphs } from '../../../src/train/graphs.ts';
import { hypergradientKnob, type Tuning, type TunedParameter } from '../../../src/train/hypergradient/tuning.ts';
import { phasesOf } from '../../../src/train/phases.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';
import { slopeOf } from './backend.ts';
import type { Table } from './reference/objective.ts';

export interface Parts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly tuning: Int32Array;
  readonly test?: Int32Array;
}

export interface Trial {
  readonly dataset: Dataset;
  readonly parts: Parts;
  /** Default: inputs and targets stay as they are. */
  readonly normalize?: 'minMax' | 'standard';
  readonly layers?: readonly Json[];
  readonly train: Readonly<Record<string, Json>>;
  /** Default: nothing is tuned. */
  readonly tuned?: readonly TunedParameter[];
  readonly mode?: Tuning['mode'];
  readonly knobs?: object;
  readonly seed?: number;
  /** How often an epoch goes through the training rows, as they are. Default: once, in a new order. */
  readonly rounds?: number;
  readonly graphs?: Graphs;
  readonly options?: Partial<FitOptions>;
}

/** Rows from one number to before another. */
export function rowsBetween(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

export function parameter(
  name: string,
  hyper: string,
  coordinate: TunedParameter['coordinate'] | readonly [low: number, high: number],
): TunedParameter {
  const isRange = Array.isArray(coordinate);
  const [low, high] = isRange ? (coordinate as [number, number]) : [0, 0];
  return {
    name,
    hyper: [hyper],
    coordinate: isRange ? { scale: 'log', low, high } : (coordinate as TunedParameter['coordinate']),
  };
}

/** With the weights of its last epoch. */
export async function trialOf(trial: Trial): Promise<FitResult> {
  const {
    dataset,
    parts,
    normalize = 'none',
    layers = [],
    tuned = [],
    mode = 'online',
    knobs = {},
    seed = 1,
    rounds = 1,
  } = trial;
  const graphs = trial.graphs ?? createGraphs();
  const section = dataKnobs.parse({ normalize, split: { stratify: false } });
  const whole = prepareBatches(dataset, section, 1);
  const divided = await whole.divided({ test: new Int32Array(), ...parts });
  const batches = rounds === undefined ? divided : repeated(divided, rounds);
  const train = trainSection.parse({ earlyStopping: false, ...trial.train });
  const tuning = tuned.length > 0 && { mode, parameters: tuned, knobs: hypergradientKnob.parse(knobs) };
  const context = { dataset, batches, train, metric: { name: 'valLoss', goal: 'minimize' }, seed, graphs } as const;
  const phases = phasesOf(dataset, modelSection.parse({ layers: [...layers] }), train);
  try {
    return await fitSection(phases, context, { keep: 'last', ...(tuning && { tuning }), ...trial.options });
  } finally {
    divided.dispose();
    whole.dispose();
    if (!trial.graphs) graphs.dispose();
  }
}

/** Epochs of several rounds, in which the rows stay in their order. */
function repeated(batches: Batches, rounds: number): Batches {
  const train = Int32Array.from({ length: batches.train.length * rounds }, (_, i) => {
    return batches.train[i % batches.train.length]!;
  });
  return { ...batches, train, shuffled: batches.inOrder };
}

/** A table of the reference. */
export function regression({ inputs, targets }: Table): Dataset {
  return {
    task: 'regression',
    size: targets.length,
    inputShape: [inputs[0]!.length],
    inputs: Float32Array.from(inputs.flatMap(row => [...row])),
    targetSize: 1,
    targets: Float32Array.from(targets),
  };
}

/** Classes by which of some random directions a row of random numbers goes furthest along. */
export function classification(size: number, width: number, classes: readonly string[], seed = 1): Dataset {
  const rng = createRng(seed, 'classification');
  const draw = (length: number) => Array.from({ length }, () => rng.normal());
  const directions = classes.map(() => draw(width));
  const inputs = Array.from({ length: size }, () => draw(width));
  const targets = inputs.map(row => {
    const scores = directions.map(direction =>
      direction.reduce((sum, value, i) => sum + value * row[i]!, rng.normal()),
    );
    return scores.indexOf(Math.max(...scores));
  });
  return {
    task: 'classification',
    size,
    inputShape: [width],
    inputs: Float32Array.from(inputs.flat()),
    targetSize: 1,
    targets: Int32Array.from(targets),
    classes: [...classes],
  };
}

/** dV/dphi after a training with fixed values, and the difference of whole trainings with the same random numbers. */
export async function gradientAndDifference(
  { name, hyper, coordinate }: TunedParameter,
  value: number,
  trialWith: (value: number) => Trial,
  share = 0.1,
): Promise<readonly [found: number, expected: number]> {
  const graphs = createGraphs();
  const tuned = [{ name, hyper, coordinate }];
  const { learned } = await trialOf({ ...trialWith(value), tuned, mode: 'restart', knobs: { cap: 1e6 }, graphs });
  const slopeBy = async (step: number): Promise<number> => {
    const lossAt = async (x: number) => (await trialOf({ ...trialWith(x), graphs })).curve.validation.at(-1)!;
    return ((await lossAt(value + step)) - (await lossAt(value - step))) / (2 * step);
  };
  // Of order 4, by Richardson.
  const slope = (4 * (await slopeBy((share / 2) * value)) - (await slopeBy(share * value))) / 3;
  graphs.dispose();
  return [learned!.hypergradient![name]!, slope * slopeOf({ coordinate }, value)];
}
