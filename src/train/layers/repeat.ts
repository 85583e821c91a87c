/**
 * The same layers several times over with the same weights: a deeper network without more parameters. The output is the
 * last one, or the sum of all of them with learned weights. Kim et al. 2016 (DRCN), https://arxiv.org/abs/1511.04491.
 */
import { z } from 'zod';
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { chooseOne } from '../../space/technique.ts';
import { isSameShape, sizeOf } from '../shape.ts';
import { affineKeras } from './affine-keras.ts';
import { layers } from './index.ts';
import { applyKeras, layer, type Layer, type LayerPlan, type Tensors, type WeightSpec } from './layer.ts';
import { sequence } from './sequence.ts';

type Combine = 'last' | 'learned';

export const repeat: Layer = layer({
  name: 'repeat',
  summary: 'repeats its layers with the same weights',
  paper: 'Kim et al. 2016, https://arxiv.org/abs/1511.04491',
  knobs: z.strictObject({
    times: z.int().min(1).max(100).describe('how many times'),
    layers: z.array(chooseOne('layer', () => layers)).describe('the layers to repeat; they keep the shape'),
    combine: z
      .enum(['last', 'learned'])
      .default('last')
      .describe('"last": the last output; "learned": the sum of all outputs with learned weights'),
  }),
  plan({ times, layers: block, combine }, input, place) {
    const plan = sequence(block, input, place);
    if (isSameShape(plan.output, input)) return repeated(plan, times, combine);
    throw new TuneError('MODEL_INVALID', {
      message: `repeat: its layers make [${plan.output.join(', ')}] of examples of shape [${input.join(', ')}]`,
      expected: 'layers that keep the shape',
      hint: 'use padding "same" inside, and as many filters or units as there are channels or inputs',
    });
  },
});

function repeated(block: LayerPlan, times: number, combine: Combine): LayerPlan {
  const combination: WeightSpec = {
    name: 'combination',
    shape: [times],
    initialize: () => new Float32Array(times).fill(1 / times),
    decays: false,
  };
  const isLearned = combine === 'learned';
  const inner = <T extends Tensors>(all: T): T => (isLearned ? { ...all, weights: all.weights.slice(1) } : all);
  return {
    ...block,
    weights: isLearned ? [combination, ...block.weights] : block.weights,
    flops: times * (block.flops + (isLearned ? 2 * sizeOf(block.output) : 0)),
    withParts: parts => repeated(block.withParts!(parts), times, combine),
    apply(x, pass) {
      const outputs: Tensor[] = [];
      const penalties: Tensor[] = [];
      let { statistics } = pass;
      for (let time = 0; time < times; time++) {
        const applied = block.apply(outputs.at(-1) ?? x, { ...inner(pass), statistics });
        ({ statistics } = applied);
        outputs.push(applied.output);
        if (applied.penalty) penalties.push(applied.penalty);
      }
      return {
        output: isLearned ? weighted(outputs, pass.weights[0]!) : outputs.at(-1)!,
        statistics,
        // The weights are there once, so their penalty counts once.
        ...(penalties.length > 0 && { penalty: tf.div(tf.addN(penalties), times) }),
      };
    },
    toKeras(x, tensors) {
      const input = tf.input({ shape: [...block.output] });
      const shared = tf.model({ inputs: input, outputs: block.toKeras(input, inner(tensors)) });
      const outputs: TensorFlow.SymbolicTensor[] = [];
      for (let time = 0; time < times; time++) {
        outputs.push(applyKeras(shared, outputs.at(-1) ?? x));
        // For tfjs each time has an owner, and the model that holds them is one: the last to leave frees the weights.
        if (time > 0) shared.dispose();
      }
      return isLearned ? weightedKeras(outputs, tensors.weights[0]!) : outputs.at(-1)!;
    },
  };
}

function weighted(outputs: readonly Tensor[], weights: Tensor): Tensor {
  // tfjs has no gradient of a split into one.
  const shares = outputs.length === 1 ? [weights] : tf.split(weights, outputs.length);
  return tf.addN(outputs.map((output, time) => tf.mul(output, shares[time]!)));
}

function weightedKeras(outputs: readonly TensorFlow.SymbolicTensor[], weights: Tensor): TensorFlow.SymbolicTensor {
  const terms = outputs.map((output, time) => {
    const factor = tf.fill([output.shape.at(-1)!], weights.dataSync()[time]!);
    const scaled = affineKeras(output, { factor });
    factor.dispose();
    return scaled;
  });
  return terms.length === 1 ? terms[0]! : (tf.layers.add().apply(terms) as TensorFlow.SymbolicTensor);
}
