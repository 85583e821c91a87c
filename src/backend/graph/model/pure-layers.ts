/**
 * Layers as pure functions of (input, seed, step) while a model is recorded: the ones that draw random numbers in
 * JavaScript draw them in the graph, and batch normalization is TensorFlow's own.
 */
import { batchNormTraining } from '../../native-ops/batch-norm.ts';
import { statelessNormal } from '../../native-ops/stateless-normal.ts';
import { statelessUniform } from '../../native-ops/stateless-uniform.ts';
import { tf, type Tensor } from '../../tf.ts';
import { NotCompilable } from '../not-compilable.ts';
import { withMethods, type Layer, type LayerCall } from './layers-model.ts';

/** Numbers for the next draw of a step. */
export interface Draws {
  uniform(shape: readonly number[]): Tensor;
  normal(shape: readonly number[]): Tensor;
}

/** @param seed and step int32 scalars; each draw has a key of its own: (seed + number of the draw, step) */
export function drawsOf(seed: Tensor, step: Tensor): Draws {
  let draw = 0;
  const key = (): Tensor => tf.stack([tf.add(seed, tf.scalar(draw++, 'int32')), step]);
  return {
    uniform: shape => tf.tidy(() => statelessUniform(shape, key())),
    normal: shape => tf.tidy(() => statelessNormal(shape, key())),
  };
}

/** Runs a step of a model with its layers made pure. */
export function withPureLayers<T>(layers: readonly Layer[], draws: Draws, run: () => T): T {
  const [layer, ...others] = layers;
  if (!layer) return run();
  const call = named(layer, trainingCall(layer, draws) ?? layer.call.bind(layer));
  return withMethods(layer, { call }, () => withPureLayers(others, draws, run));
}

/** What cannot be compiled is told with the layer it is in. */
function named(layer: Layer, call: LayerCall): LayerCall {
  return (inputs, options) => {
    try {
      return call(inputs, options);
    } catch (error) {
      if (!(error instanceof NotCompilable) || error.reason.startsWith('layer ')) throw error;
      throw new NotCompilable(`layer ${layer.name} (${layer.getClassName()}): ${error.reason}`, error.place);
    }
  };
}

type Training = (layer: any, input: Tensor, draws: Draws) => Tensor;

function trainingCall(layer: Layer, draws: Draws): LayerCall | undefined {
  const training = trainings[layer.getClassName()];
  const original = layer.call.bind(layer);
  if (!training) return undefined;
  return (inputs, options) =>
    options.training ? tf.tidy(() => training(layer, [inputs].flat()[0] as Tensor, draws)) : original(inputs, options);
}

function dropout(layer: { rate: number; getNoiseShape(input: Tensor): number[] | undefined }, x: Tensor, draws: Draws) {
  if (layer.rate <= 0 || layer.rate >= 1) return x;
  const kept = tf.greaterEqual(draws.uniform(layer.getNoiseShape(x) ?? x.shape), layer.rate);
  return tf.mul(x, tf.div(tf.cast(kept, 'float32'), 1 - layer.rate));
}

const trainings: Readonly<Record<string, Training>> = {
  Dropout: dropout,
  SpatialDropout1D: dropout,
  GaussianNoise: ({ stddev }, x, draws) => tf.add(x, tf.mul(draws.normal(x.shape), stddev)),
  GaussianDropout({ rate }, x, draws) {
    if (rate <= 0 || rate >= 1) return x;
    const deviation = Math.sqrt(rate / (1 - rate));
    return tf.mul(x, tf.add(1, tf.mul(draws.normal(x.shape), deviation)));
  },
  AlphaDropout(layer, x, draws) {
    const { rate } = layer;
    if (rate <= 0 || rate >= 1) return x;
    const kept = tf.cast(tf.greaterEqual(draws.uniform(layer._getNoiseShape(x)), rate), 'float32');
    // Klambauer et al. 2017, https://arxiv.org/abs/1706.02515: what selu tends to below, and an affine map that keeps
    // mean and variance.
    const low = -1.7580993408473766;
    const a = ((1 - rate) * (1 + rate * low ** 2)) ** -0.5;
    const b = -a * low * rate;
    return tf.add(tf.mul(tf.add(tf.mul(x, kept), tf.mul(tf.sub(1, kept), low)), a), b);
  },
  BatchNormalization(layer, x) {
    const { gamma, beta, epsilon, momentum, axis } = layer;
    const channels = x.shape.at(-1)!;
    if ((axis + x.rank) % x.rank !== x.rank - 1)
      return Object.getPrototypeOf(layer).call.call(layer, x, { training: true });
    const scale = gamma?.read() ?? tf.ones([channels]);
    const offset = beta?.read() ?? tf.zeros([channels]);
    const { output, mean, variance } = batchNormTraining(x, scale, offset, epsilon);
    for (const [average, value] of [
      [layer.movingMean, mean],
      [layer.movingVariance, variance],
    ] as const) {
      const old = average.read() as Tensor;
      average.write(tf.sub(old, tf.mul(tf.sub(old, value), 1 - momentum)));
    }
    return output;
  },
};
