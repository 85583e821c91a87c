/**
 * Concrete dropout: the rate p is learned, one for all inputs of the layer inside. Gal, Hron & Kendall 2017,
 * https://arxiv.org/abs/1705.07832:
 *
 *     z = sigmoid((log p - log(1 - p) + log u - log(1 - u)) / t),   u uniform, t = 0.1      (5)
 *     y = f(x (1 - z) / (1 - p))
 *     penalty = a |kernel of f|^2 / (1 - p) + b K (p log p + (1 - p) log(1 - p))            (3), (4)
 *
 * for K inputs. The weight is the logit of p. In images, whole channels are dropped.
 */
import { z } from 'zod';
import { sigmoid } from '../../backend/native-ops/sigmoid.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import { chooseOne } from '../../space/technique.ts';
import { layers } from './index.ts';
import { applyKeras, layer, type Layer, type LayerPlan, type WeightSpec } from './layer.ts';
import { kerasNoise, perChannel } from './spatial-dropout.ts';

const temperature = 0.1;

export const concreteDropout: Layer = layer({
  name: 'concreteDropout',
  summary: 'dropout before a layer, with a learned rate',
  paper: 'Gal, Hron & Kendall 2017, https://arxiv.org/abs/1705.07832',
  shorthand: 'layer',
  knobs: z.strictObject({
    layer: chooseOne('layer', (): Record<string, Layer> => layers)
      // A copy with this description would not be known as a choice.
      .register(z.globalRegistry, { description: 'the layer whose inputs are dropped' }),
    rate: z.number().min(0.001).max(0.95).default(0.1).describe('share of the inputs that is dropped at the start'),
    weightRegularizer: z
      .number()
      .min(0)
      .max(1)
      .default(1e-6)
      .describe('a: squared length scale of the prior over 2 examples, so 0.5 / examples for a length of 1'),
    dropoutRegularizer: z.number().min(0).max(1).default(1e-5).describe('b: 1 / examples; more makes for higher rates'),
  }),
  continuous: ['weightRegularizer', 'dropoutRegularizer'],
  plan({ layer: { technique, knobs }, rate, weightRegularizer, dropoutRegularizer }, input, place): LayerPlan {
    const inner = technique.plan(knobs, input, place);
    const logit: WeightSpec = {
      name: 'logit',
      shape: [],
      initialize: () => Float32Array.of(Math.log(rate / (1 - rate))),
      decays: false,
    };
    const split = (weights: readonly Tensor[]) => [weights.at(-1)!, weights.slice(0, -1)] as const;
    return {
      output: inner.output,
      weights: [...inner.weights, logit],
      statistics: inner.statistics,
      hyper: { ...inner.hyper, weightRegularizer, dropoutRegularizer },
      flops: inner.flops,
      apply(x, pass) {
        const [logit, weights] = split(pass.weights);
        if (!pass.training) return inner.apply(x, { ...pass, weights });
        const applied = inner.apply(dropped(x, logit, pass.uniform(perChannel(x.shape))), { ...pass, weights });
        const kernels = weights.filter((_, index) => inner.weights[index]!.decays);
        const own = penalty(logit, kernels, input.at(-1)!, pass.hyper);
        return { ...applied, penalty: applied.penalty ? tf.add(applied.penalty, own) : own };
      },
      toKeras(x, tensors) {
        const [logit, weights] = split(tensors.weights);
        const learned = 1 / (1 + Math.exp(-logit.dataSync()[0]!));
        const dropout = tf.layers.dropout({ rate: learned, noiseShape: kerasNoise(input) });
        return inner.toKeras(applyKeras(dropout, x), { ...tensors, weights });
      },
    };
  },
});

function dropped(x: Tensor, logit: Tensor, uniform: Tensor): Tensor {
  // Where u is 0 its logarithm is -Infinity, and z is 0.
  const noise = tf.sub(tf.log(uniform), tf.log(tf.sub(1, uniform)));
  const kept = sigmoid(tf.div(tf.neg(tf.add(noise, logit)), temperature));
  return tf.mul(x, tf.div(kept, sigmoid(tf.neg(logit))));
}

function penalty(logit: Tensor, kernels: readonly Tensor[], inputs: number, hyper: Readonly<Record<string, Tensor>>) {
  const [drop, keep] = [sigmoid(logit), sigmoid(tf.neg(logit))];
  const [logDrop, logKeep] = [tf.neg(tf.softplus(tf.neg(logit))), tf.neg(tf.softplus(logit))];
  const entropy = tf.add(tf.mul(drop, logDrop), tf.mul(keep, logKeep));
  const ofDropout = tf.mul(hyper['dropoutRegularizer']!, tf.mul(entropy, inputs));
  if (kernels.length === 0) return ofDropout;
  const squares = tf.addN(kernels.map(kernel => tf.sum(tf.square(kernel))));
  return tf.add(ofDropout, tf.mul(hyper['weightRegularizer']!, tf.div(squares, keep)));
}
