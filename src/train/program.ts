/** Everything about a trial that shapes its computation, put together from the checked sections. */
import { TuneError } from '../errors.ts';
import type { Chosen } from '../space/technique.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { Augmentation } from './augment/augmentation.ts';
import { refuseUnknownClasses } from './class-weights.ts';
import type { Clipping } from './clipping/clipping.ts';
import type { Constraint } from './constraints/constraint.ts';
import type { Dataset } from './data/dataset.ts';
import { chain } from './layers/chain.ts';
import { freeze } from './layers/frozen.ts';
import type { LayerPlan } from './layers/layer.ts';
import { layers } from './layers/index.ts';
import { nearestVector } from './layers/nearest-vector.ts';
import { sequence } from './layers/sequence.ts';
import { losses } from './losses/index.ts';
import type { Loss } from './losses/loss.ts';
import { metrics } from './metrics/index.ts';
import type { Metric } from './metrics/metric.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { penaltiesOf, type Penalty } from './regularizers/penalties.ts';
import type { ModelSection, TrainSection } from './sections.ts';
import { sizeOf } from './shape.ts';
import { continuousKnobs, structureOf } from './structure.ts';

export interface Program {
  readonly plan: LayerPlan;
  readonly augment: readonly Chosen<Augmentation>[];
  readonly optimizer: Chosen<Optimizer>;
  readonly clipping: Chosen<Clipping> | undefined;
  readonly constraint: Chosen<Constraint> | undefined;
  readonly loss: Chosen<Loss>;
  /** Penalties that are added to the loss. */
  readonly penalties: readonly Penalty[];
  /** For each class the hyperparameter that weighs it, where "train" gives weights by name; 1 where there is none. */
  readonly classWeights: readonly (string | undefined)[] | undefined;
  /** Names of layers that have a learning rate of their own. */
  readonly learningRates: readonly string[];
  readonly metrics: readonly Metric[];
  /** Continuous hyperparameters by name: inputs of the step. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Number of values in the weights, frozen ones included. */
  readonly parameters: number;
  /** Everything that decides the ops of a step: programs of the same structure share a graph. */
  readonly structure: string;
}

export type DataShape = Pick<Dataset, 'task' | 'inputShape' | 'targetSize' | 'classes' | 'classVectors'>;

/**
 * @param frozen names of layers that do not train
 * @throws TuneError MODEL_INVALID when the layers do not fit the data or each other, or the loss not the task
 */
export function buildProgram(
  data: DataShape,
  model: ModelSection,
  train: TrainSection,
  frozen: readonly string[] = [],
): Program {
  const whole = wholePlan(data, model);
  const parameters = countParameters(whole);
  refuseSize(model, { parameters, flops: whole.flops });
  const plan = freeze(whole, frozen);
  if (plan.weights.length === 0)
    throw new TuneError('MODEL_INVALID', {
      path: ['train', 'freeze'],
      message: 'every layer is frozen',
      expected: 'a layer that trains',
    });
  const { optimizer, clipping, constraint, augment, l1, l2, weightDecay, learningRates = {} } = train;
  const loss = chooseLoss(data, train);
  refuseAugmentation(data, train);
  refuseUnknownClasses(train.classWeights, data.classes);
  const byName = typeof train.classWeights === 'object' ? train.classWeights : undefined;
  const classWeights =
    byName && data.classes!.map(name => (Object.hasOwn(byName, name) ? `classWeights.${name}` : undefined));
  const coefficients = withoutUndefined({ l1, l2 });
  const penalties = penaltiesOf(plan.weights, coefficients);
  return {
    plan,
    augment,
    optimizer,
    clipping,
    constraint,
    loss,
    penalties,
    classWeights,
    learningRates: Object.keys(learningRates),
    metrics: Object.values<Metric>(metrics).filter(({ task, fits }) => task === data.task && (fits?.(data) ?? true)),
    hyper: {
      ...plan.hyper,
      ...prefix('optimizer.', continuousKnobs(optimizer)),
      ...(clipping && prefix('clipping.', continuousKnobs(clipping))),
      ...(constraint && prefix('constraint.', continuousKnobs(constraint))),
      ...prefix('loss.', continuousKnobs(loss)),
      ...Object.assign({}, ...augment.map((chosen, index) => prefix(`augment.${index}.`, continuousKnobs(chosen)))),
      ...prefix('learningRates.', learningRates),
      ...(byName && prefix('classWeights.', byName)),
      ...coefficients,
      ...withoutUndefined({ weightDecay }),
    },
    structure: structureOf([
      data.inputShape,
      whole.output,
      data.classVectors?.length,
      model.layers,
      model.output,
      frozen,
      augment,
      loss,
      classWeights ?? train.classWeights,
      Object.keys(coefficients),
      weightDecay !== undefined,
      Object.keys(learningRates),
      clipping,
      constraint,
      optimizer,
    ]),
    parameters,
  };
}

/** The layers of the model and its end, none of them frozen. */
export function wholePlan(data: DataShape, { layers: chosen, output }: ModelSection): LayerPlan {
  const { classVectors, inputShape } = data;
  const units = classVectors?.length ?? data.classes?.length ?? data.targetSize;
  const ends = { dense: { technique: layers.dense, units }, none: { technique: layers.flatten } };
  const { technique, ...own } = ends[output];
  const network = sequence(
    [...chosen, { technique, knobs: technique.knobs.parse({ ...own, name: 'output' }) }],
    inputShape,
  );
  const [values] = network.output;
  if (values !== units)
    throw new TuneError('MODEL_INVALID', {
      path: ['model', 'output'],
      message: `the layers put out ${values} values for each example, its target has ${units}`,
      expected: `layers that end in ${units} values`,
      hint: '"output": "dense" adds a layer that does',
    });
  if (!classVectors) return network;
  const end = { name: 'nearestVector', kind: 'nearestVector', plan: nearestVector(classVectors) };
  return chain([...network.parts!, end], inputShape);
}

/** Number of values in the weights of a plan. */
export function countParameters({ weights }: Pick<LayerPlan, 'weights'>): number {
  return weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function refuseSize(
  model: ModelSection,
  { parameters, flops }: { readonly parameters: number; readonly flops: number },
) {
  const limits = [
    ['maxParameters', parameters, 'parameters'],
    ['maxFlops', flops, 'FLOPs per example'],
  ] as const;
  const problems = limits.flatMap(([knob, size, unit]) => {
    const most = model[knob];
    if (most === undefined || size <= most) return [];
    const message = `the model has ${size} ${unit}`;
    return [{ path: ['model', knob], message, expected: `at most ${most}, as "${knob}" says` }];
  });
  if (problems.length > 0) throw new TuneError('MODEL_INVALID', problems);
}

function chooseLoss(data: DataShape, { loss: given }: TrainSection): Chosen<Loss> {
  const classLoss: Loss = data.classVectors ? losses.classVector : losses.softmaxCrossEntropy;
  const standard: Loss = data.task === 'classification' ? classLoss : losses.meanSquaredError;
  const loss = given ?? { technique: standard, knobs: standard.knobs.parse({}) };
  const { name, task } = loss.technique;
  const path = ['train', 'loss'];
  if (task !== data.task)
    throw new TuneError('MODEL_INVALID', {
      path,
      message: `the loss ${name} is for ${task}, the data is for ${data.task}`,
      expected: standard.name,
    });
  const learnsVectors = name === losses.classVector.name;
  if (learnsVectors !== (data.classVectors !== undefined))
    throw new TuneError('MODEL_INVALID', {
      path,
      message: learnsVectors ? `the loss ${name} needs vectors of the classes` : `the loss ${name} needs class scores`,
      expected: learnsVectors ? '"zeroShot" in "data"' : `${standard.name}, as the data has "zeroShot"`,
    });
  return loss;
}

function refuseAugmentation({ inputShape }: DataShape, { augment, batchSize }: TrainSection): void {
  augment.forEach(({ technique }, index) => {
    const isMixed = augment.slice(0, index).some(earlier => earlier.technique.mixes);
    const problem = technique.refuses?.({ shape: inputShape, batchSize, isMixed });
    if (problem) throw new TuneError('MODEL_INVALID', { path: ['train', 'augment', index], ...problem });
  });
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
