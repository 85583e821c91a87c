/** Everything about a trial that shapes its computation, put together from the checked sections. */
import { TuneError } from '../errors.ts';
import type { Chosen } from '../space/technique.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { Clipping } from './clipping/clipping.ts';
import type { Dataset } from './data/dataset.ts';
import type { LayerPlan } from './layers/layer.ts';
import { layers } from './layers/index.ts';
import { sequence } from './layers/sequence.ts';
import { losses } from './losses/index.ts';
import type { Loss } from './losses/loss.ts';
import { metrics } from './metrics/index.ts';
import type { Metric } from './metrics/metric.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { regularizers } from './regularizers/index.ts';
import type { Regularizer } from './regularizers/regularizer.ts';
import type { ModelSection, TrainSection } from './sections.ts';
import { sizeOf } from './shape.ts';
import { continuousKnobs, structureOf } from './structure.ts';

export interface Program {
  readonly plan: LayerPlan;
  readonly optimizer: Chosen<Optimizer>;
  readonly clipping: Chosen<Clipping> | undefined;
  readonly loss: Chosen<Loss>;
  /** Penalties that are added to the loss. */
  readonly penalties: readonly Regularizer[];
  readonly metrics: readonly Metric[];
  /** Continuous hyperparameters by name: inputs of the step. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Number of trained values. */
  readonly parameters: number;
  /** Everything that decides the ops of a step: programs of the same structure share a graph. */
  readonly structure: string;
}

type DataShape = Pick<Dataset, 'task' | 'inputShape' | 'targetSize' | 'classes'>;

/**
 * @throws TuneError MODEL_INVALID when the layers do not fit the data or each other, or the loss not the task
 */
export function buildProgram(data: DataShape, model: ModelSection, train: TrainSection): Program {
  const units = data.classes?.length ?? data.targetSize;
  const outputLayer = { technique: layers.dense, knobs: layers.dense.knobs.parse({ units }) };
  const plan = sequence([...model.layers, outputLayer], data.inputShape);
  const standard: Loss = data.task === 'classification' ? losses.softmaxCrossEntropy : losses.meanSquaredError;
  const loss = train.loss ?? { technique: standard, knobs: {} };
  if (loss.technique.task !== data.task)
    throw new TuneError('MODEL_INVALID', {
      path: ['train', 'loss'],
      message: `the loss ${loss.technique.name} is for ${loss.technique.task}, the data is for ${data.task}`,
      expected: standard.name,
    });
  const { optimizer, clipping, l1, l2 } = train;
  const coefficients = withoutUndefined({ l1, l2 });
  return {
    plan,
    optimizer,
    clipping,
    loss,
    penalties: Object.values(regularizers).filter(({ name }) => name in coefficients),
    metrics: Object.values(metrics).filter(metric => metric.task === data.task),
    hyper: {
      ...plan.hyper,
      ...prefix('optimizer.', continuousKnobs(optimizer)),
      ...(clipping && prefix('clipping.', continuousKnobs(clipping))),
      ...coefficients,
    },
    structure: structureOf([
      data.inputShape,
      units,
      model.layers,
      loss,
      Object.keys(coefficients),
      clipping,
      optimizer,
    ]),
    parameters: plan.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  };
}

/** What is measured after each epoch: valLoss, valAccuracy. */
export function measuredNames({ metrics }: Program): readonly string[] {
  return ['loss', ...metrics.map(({ name }) => name)].map(validationName);
}

/** "loss" measured on the validation rows is "valLoss". */
export function validationName(name: string): string {
  return `val${name[0]!.toUpperCase()}${name.slice(1)}`;
}

function prefix(with_: string, record: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [with_ + name, value]));
}
