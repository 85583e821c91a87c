/**
 * Layers as pure functions of (input, seed, step) while a model is recorded: what they draw in JavaScript they draw in the
 * graph, and batch normalization is TensorFlow's own.
 */
import { batchNormTraining } from '../../native-ops/batch-norm.ts';
import { tf, type Tensor } from '../../tf.ts';
import { NotCompilable } from '../not-compilable.ts';
import type { Draws } from '../../native-ops/draws.ts';
import { withAllProperties, type Layer, type LayerCall } from './layers-model.ts';

/** @param draws none where nothing trains */
export function withPureLayers<T>(layers: readonly Layer[], draws: Draws | undefined, run: () => T): T {
  const cells = layers.filter(isCell);
  const replacements = [
    ...layers.map(layer => [layer, { call: named(layer, pureCall(layer, draws)) }] as const),
    ...cells.map(cell => [cell, freshMasks(draws)] as const),
  ];
  return withAllProperties(replacements, () => {
    try {
      return run();
    } finally {
      tf.dispose(
        cells.flatMap(({ dropoutMask, recurrentDropoutMask }) => [dropoutMask, recurrentDropoutMask]) as never,
      );
    }
  });
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

function pureCall(layer: Layer, draws: Draws | undefined): LayerCall {
  known ??= knownTrainings();
  const training = known.get(layer.call);
  const original = layer.call.bind(layer);
  if (!training || !draws) return original;
  return (inputs, options) =>
    options?.training
      ? tf.tidy(() => training(layer, [inputs].flat()[0] as Tensor, draws, original))
      : original(inputs, options);
}

/** @param original what tfjs does */
type Training = (layer: any, input: Tensor, draws: Draws, original: LayerCall) => Tensor;

/** By the functions of tfjs's own layers: other layers may have their names. */
let known: ReadonlyMap<LayerCall, Training> | undefined;

function knownTrainings(): ReadonlyMap<LayerCall, Training> {
  // Without a name they would take numbers from the names of the user's layers.
  const [name, rate] = ['example', 0];
  const examples = {
    dropout: tf.layers.dropout({ name, rate }),
    gaussianNoise: tf.layers.gaussianNoise({ name, stddev: 0 }),
    gaussianDropout: tf.layers.gaussianDropout({ name, rate }),
    alphaDropout: tf.layers.alphaDropout({ name, rate }),
    dense: tf.layers.dense({ name, units: 1 }),
    batchNormalization: tf.layers.batchNormalization({ name }),
  };
  const names = Object.keys(examples) as (keyof typeof examples)[];
  return new Map(names.map(name => [examples[name].call as unknown as LayerCall, trainings[name]]));
}

const trainings = {
  dropout(layer, x, draws) {
    const { rate } = layer;
    return isRate(rate) ? tf.mul(x, scaledMask(draws, layer.getNoiseShape(x) ?? x.shape, rate)) : x;
  },
  gaussianNoise: ({ stddev }, x, draws) => tf.add(x, tf.mul(draws.normal(x.shape), stddev)),
  gaussianDropout({ rate }, x, draws) {
    if (!isRate(rate)) return x;
    const deviation = Math.sqrt(rate / (1 - rate));
    return tf.mul(x, tf.add(1, tf.mul(draws.normal(x.shape), deviation)));
  },
  alphaDropout(layer, x, draws) {
    const { rate } = layer;
    if (!isRate(rate)) return x;
    const kept = mask(draws, layer._getNoiseShape(x), rate);
    // Klambauer et al. 2017, https://arxiv.org/abs/1706.02515: what selu tends to below, and an affine map that keeps
    // mean and variance.
    const low = -1.7580993408473766;
    const a = ((1 - rate) * (1 + rate * low ** 2)) ** -0.5;
    const b = -a * low * rate;
    return tf.add(tf.mul(tf.add(tf.mul(x, kept), tf.mul(tf.sub(1, kept), low)), a), b);
  },
  dense(layer, x, _draws, original) {
    // As a batch of one product, which is how tfjs does it for some activations, it takes twice as long.
    if (x.rank !== 2) return original(x, { training: true });
    const product = tf.matMul(x, layer.kernel.read());
    return layer.activation.apply(layer.bias ? tf.add(product, layer.bias.read()) : product);
  },
  batchNormalization(layer, x, _draws, original) {
    const { gamma, beta, epsilon, momentum, axis } = layer;
    const last = x.rank - 1;
    if (axis !== -1 && axis !== last) return original(x, { training: true });
    const channels = x.shape[last]!;
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
} satisfies Readonly<Record<string, Training>>;

/** Zeros, and 1 / (1 - rate) for what is kept, so that the mean stays. */
function scaledMask(draws: Draws, shape: readonly number[], rate: number): Tensor {
  return tf.div(mask(draws, shape, rate), 1 - rate);
}

/** 1 with probability 1 - rate, otherwise 0. */
function mask(draws: Draws, shape: readonly number[], rate: number): Tensor {
  return tf.cast(tf.greaterEqual(draws.uniform(shape), rate), 'float32');
}

/** Others leave the input as it is. */
function isRate(rate: number): boolean {
  return 0 < rate && rate < 1;
}

/** Of a recurrent layer: it makes its dropout masks with the first time step and keeps them for the others. */
interface Cell extends Layer {
  readonly dropoutMask: unknown;
  readonly recurrentDropoutMask: unknown;
}

function isCell(layer: Layer): layer is Cell {
  return 'dropoutMask' in layer;
}

function freshMasks(draws: Draws | undefined): object {
  const dropoutFunc = (ones: Tensor, rate: number): Tensor => tf.tidy(() => scaledMask(draws!, ones.shape, rate));
  return { dropoutMask: null, recurrentDropoutMask: null, dropoutFunc };
}
