/** What a model costs before it trains: its layers with their shapes, weights and operations, and the memory it needs. */
import type { LayerPlan, NamedPlan, Shape } from './layers/layer.ts';
import type { Planned } from './planned.ts';
import { countParameters, wholePlan, type DataShape, type Program } from './program.ts';
import { sizeOf } from './shape.ts';

export interface InspectedLayer {
  readonly name: string;
  /** Key in space.json; absent for parts of a layer that are none themselves. */
  readonly kind?: string;
  /** Layers around it: 0 for those of the model. */
  readonly depth: number;
  readonly output: Shape;
  /** Of its parts too. */
  readonly parameters: number;
  readonly flops: number;
}

export interface Inspection {
  /** Each layer before its parts. */
  readonly layers: readonly InspectedLayer[];
  readonly parameters: number;
  /** Those that the optimizer moves: without the frozen ones. */
  readonly trained: number;
  /** Operations of one example's forward pass. */
  readonly flops: number;
  readonly bytes: {
    /** Weights and moving averages. */
    readonly weights: number;
    /** What the optimizer remembers of each trained weight. */
    readonly optimizer: number;
    /**
     * An estimate for one batch: the inputs and the output of every layer, once. Gradients and the scratch memory of
     * TensorFlow's ops come on top.
     */
    readonly activations: number;
  };
}

const bytesPerNumber = 4;

/** Of the finished model: with every layer that growing adds. */
export function inspect(data: DataShape, { model, train, phases }: Planned): Inspection {
  const whole = wholePlan(data, model);
  const { program } = phases.at(-1)!;
  const numbers = {
    weights: countParameters(whole) + countParameters({ weights: whole.statistics }),
    optimizer: optimizerNumbers(program),
    activations: train.batchSize * (sizeOf(data.inputShape) + outputsOf(whole)),
  };
  return {
    layers: layersIn(whole.parts ?? []),
    parameters: program.parameters,
    trained: countParameters(program.plan),
    flops: whole.flops,
    bytes: {
      weights: bytesPerNumber * numbers.weights,
      optimizer: bytesPerNumber * numbers.optimizer,
      activations: bytesPerNumber * numbers.activations,
    },
  };
}

function layersIn(parts: readonly NamedPlan[], depth = 0): InspectedLayer[] {
  return parts.flatMap(({ name, kind, plan }) => [
    {
      name,
      ...(kind !== undefined && { kind }),
      depth,
      output: plan.output,
      parameters: countParameters(plan),
      flops: plan.flops,
    },
    ...layersIn(plan.parts ?? [], depth + 1),
  ]);
}

function optimizerNumbers({ plan, optimizer: { technique } }: Program): number {
  const perWeight = Object.keys(technique.slots).length;
  return perWeight * countParameters(plan) + Object.keys(technique.scalars ?? {}).length;
}

/** Numbers that the innermost layers put out for one example. */
function outputsOf({ output, parts }: LayerPlan): number {
  if (!parts || parts.length === 0) return sizeOf(output);
  return parts.reduce((sum, { plan }) => sum + outputsOf(plan), 0);
}
