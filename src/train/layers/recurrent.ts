/**
 * What recurrent layers share: a cell that goes along the time axis, from [time, features] to its last output [units], or
 * to all of them [time, units]. The steps are unrolled in the graph, so its size grows with the time axis. The inputs'
 * product with the kernel is one for all times. tanh and sigmoid are the functions, as everywhere.
 */
import { z } from 'zod';
import { biasAdd } from '../../backend/native-ops/bias-add.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import type { Initialize } from '../initializers/initializer.ts';
import { orthogonal } from '../initializers/orthogonal.ts';
import { applyKeras, type LayerPlan, type Shape } from './layer.ts';

export function recurrentKnobs() {
  return z.strictObject({
    units: z.int().min(1).max(65_536).describe('length of the state'),
    returnSequences: z.boolean().default(false).describe('put out the state at every time, not only the last'),
  });
}

export interface RecurrentKnobs {
  readonly units: number;
  readonly returnSequences: boolean;
}

export interface Cell {
  readonly name: string;
  /** How many vectors as long as the state the kernel makes. */
  readonly gates: number;
  /** How many vectors the state has; the first is the output. */
  readonly states: number;
  readonly bias: Initialize;
  /** From the recurrent kernel [units, gates units] to the step from state to state, given x W + b of its time. */
  step(recurrentKernel: Tensor): (product: Tensor, state: readonly Tensor[]) => readonly Tensor[];
  readonly keras: 'gru' | 'lstm';
}

export function recurrentPlan(cell: Cell, { units, returnSequences }: RecurrentKnobs, input: Shape): LayerPlan {
  const [time, features] = input;
  if (time === undefined || features === undefined || input.length !== 2)
    throw new TuneError('MODEL_INVALID', {
      message: `${cell.name} got examples of shape [${input.join(', ')}]`,
      expected: 'two dimensions: [time, features]',
    });
  const width = cell.gates * units;
  return {
    output: returnSequences ? [time, units] : [units],
    weights: [
      { name: 'kernel', shape: [features, width], initialize: glorotUniform.create({}), decays: true },
      {
        name: 'recurrentKernel',
        shape: [units, width],
        initialize: orthogonal.create({ gain: 1 }),
        decays: true,
      },
      { name: 'bias', shape: [width], initialize: cell.bias, decays: false },
    ],
    statistics: [],
    hyper: {},
    flops: 2 * time * (features + units) * width,
    apply(x, { weights: [kernel, recurrentKernel, bias] }) {
      const products = biasAdd(tf.matMul(tf.reshape(x, [-1, features]), kernel!), bias!);
      const byTime = tf.unstack(tf.reshape(products, [-1, time, width]), 1);
      const step = cell.step(recurrentKernel!);
      const zero = tf.zerosLike(tf.split(byTime[0]!, cell.gates, 1)[0]!);
      let state: readonly Tensor[] = Array.from({ length: cell.states }, () => zero);
      const outputs = byTime.map(product => {
        state = step(product, state);
        return state[0]!;
      });
      return { output: returnSequences ? tf.stack(outputs, 1) : outputs.at(-1)!, statistics: [] };
    },
    toKeras(x, { weights }) {
      // Its own first values, which take long to draw, are not needed.
      const recurrent = { recurrentActivation: 'sigmoid', recurrentInitializer: 'zeros' } as const;
      const layer = tf.layers[cell.keras]({ units, returnSequences, ...recurrent });
      return applyKeras(layer, x, weights);
    },
  };
}
