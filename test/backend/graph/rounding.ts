/** Formulas that TensorFlow's optimizer would rewrite with another rounding. */
import type { Step } from '../../../src/backend/graph/step.ts';
import { biasAdd } from '../../../src/backend/native-ops/bias-add.ts';
import { batchNormInference } from '../../../src/backend/native-ops/batch-norm.ts';
import { elu } from '../../../src/backend/native-ops/elu.ts';
import { sigmoid } from '../../../src/backend/native-ops/sigmoid.ts';
import { tanh } from '../../../src/backend/native-ops/tanh.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { rising, runBothWays } from './helpers.ts';

/** x and y [6, 9], a row [9], a scalar, images [6, 6, 6, 2]. */
export interface Inputs {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly row: Tensor;
  readonly k: Tensor;
  readonly image: any;
}

export type Formula = (inputs: Inputs) => Tensor;

function many(count: number): Formula {
  return ({ x, y }) =>
    tf.addN(Array.from({ length: count }, (_, i) => (i % 3 === 0 ? x : tf.mul(i % 2 === 0 ? x : y, i + 0.1))));
}

function linear({ x, y, row }: Inputs): Tensor {
  return tf.add(tf.matMul(x, tf.matMul(y, x, true)), row);
}

function biased({ x, y, row }: Inputs): Tensor {
  return biasAdd(tf.matMul(x, tf.matMul(y, x, true)), row);
}

function convolved({ image }: Inputs): any {
  const filter = tf.reshape(tf.sin(rising(3 * 3 * 2 * 4)), [3, 3, 2, 4]);
  return tf.conv2d(image, filter as never, 1, 'same');
}

const channel = {
  scale: [0.3, -0.7, 1.1, 2.3],
  offset: [0.1, 0.2, -0.4, 0.9],
  mean: [0.4, -0.1, 0.6, 0],
  variance: [1.7, 0.3, 0.9, 3],
};

export const formulas: Readonly<Record<string, Formula>> = {
  'x / sqrt(y)': ({ x, y }) => tf.div(x, tf.sqrt(tf.abs(y))),
  'x / sqrt(variance + epsilon)': ({ x }) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  },
  'x / |x|': ({ x }) => tf.div(x, tf.norm(x)),
  'x sigmoid(x)': ({ x }) => tf.mul(x, tf.sigmoid(x)),
  'x tanh(softplus(x))': ({ x }) => tf.mul(x, tf.tanh(tf.softplus(x))),
  gelu: ({ x }) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))),
  'log(softmax(x))': ({ x }) => tf.log(tf.softmax(x)),
  'powers by numbers': ({ x }) =>
    [2, 3, 4, 0.5, -0.5, -1, 1.5].map(power => tf.pow(tf.add(tf.abs(x), 0.1), power)).reduce((a, b) => tf.sub(a, b)),
  'powers by whole numbers': ({ x }) => tf.sub(tf.pow(x, tf.scalar(2, 'int32')), tf.pow(x, tf.scalar(3, 'int32'))),
  'log(1 + x), exp(x) - 1': ({ x }) => tf.add(tf.log(tf.add(1, tf.abs(x))), tf.sub(tf.exp(x), 1)),
  'quotients by numbers': ({ x }) => tf.div(tf.div(tf.mul(x, 3), 7), tf.scalar(10, 'int32')),
  'products with numbers': ({ x }) => tf.mul(tf.mul(tf.mul(x, 0.3), 0.7), -1.1),
  'products of a normalized value': ({ x, row }) => {
    const normalized = tf.batchNorm(x, row as never, tf.exp(row) as never, row as never, tf.exp(row) as never);
    return tf.mul(tf.mul(normalized, 0.3), 0.7);
  },
  'small factors': ({ x, row, k }) => tf.mul(tf.mul(x, row), tf.mul(row, k)),
  'small terms': ({ x, row, k }) => tf.add(tf.add(x, row), tf.add(row, k)),
  'terms with numbers': ({ x }) => tf.add(tf.add(tf.add(x, 0.3), 0.7), 1e-3),
  'a long sum': ({ x, y }) =>
    [tf.sin(x), tf.cos(y), tf.exp(x), tf.square(y), tf.tanh(x), tf.abs(y)].reduceRight((sum, term) =>
      tf.add(sum, term),
    ),
  'a sum of one term': ({ x }) => tf.add(tf.add(tf.add(tf.add(x, x), x), x), x),
  'a common factor': ({ x, y, k }) => tf.add(tf.mul(k, x), tf.mul(k, y)),
  'a moving average': ({ x, y, k }) => tf.add(tf.mul(x, k), tf.mul(y, tf.sub(1, k))),
  'addN of two': many(2),
  'addN of three': many(3),
  'addN of seven': many(7),
  'addN of nine': many(9),
  'addN of ten': many(10),
  'addN of seventeen': many(17),
  'addN of 26': many(26),
  'an extreme of a function': ({ x, y }) =>
    tf.add(tf.max(tf.tanh(x), -1), tf.sub(tf.min(tf.exp(y), -1), tf.max(tf.sigmoid(x)))),
  'the place of an extreme': ({ x }) => tf.cast(tf.argMax(tf.sigmoid(tf.mul(x, 40)), -1), 'float32'),
  'products with a turned matrix': ({ x, y }) => {
    const [left, right] = [tf.transpose(tf.sin(x)), tf.transpose(tf.cos(x))];
    const batch = tf.transpose(tf.reshape(tf.tanh(x), [2, 3, 9]), [0, 2, 1]);
    const sums = tf.sum(tf.matMul(batch, tf.reshape(y, [2, 3, 9]) as never), 0);
    return tf.add(tf.matMul(tf.matMul(left, y), tf.matMul(right, tf.matMul(y, right))), tf.matMul(sums, left));
  },
  'a layer with elu': inputs => tf.elu(linear(inputs)),
  'a layer with tanh': inputs => tf.tanh(linear(inputs)),
  'a layer with sigmoid': inputs => tf.sigmoid(linear(inputs)),
  'a layer with relu': inputs => tf.relu(linear(inputs)),
  'a layer with leakyRelu': inputs => tf.leakyRelu(linear(inputs), 0.3),
  'a fused layer': ({ x, y, row }) => tf.fused.matMul({ a: x, b: tf.matMul(y, x, true), bias: row, activation: 'elu' }),
  'a native layer with elu': inputs => elu(biased(inputs)),
  'a native layer with tanh': inputs => tanh(biased(inputs)),
  'a native layer with sigmoid': inputs => sigmoid(biased(inputs)),
  'a convolution with elu': inputs => tf.elu(biasAdd(convolved(inputs), tf.tensor1d(channel.offset))),
  'a convolution with relu': inputs => tf.relu(biasAdd(convolved(inputs), tf.tensor1d(channel.offset))),
  'a normalized convolution': inputs => {
    const { scale, offset, mean, variance } = channel;
    return tf.relu(tf.batchNorm(convolved(inputs), mean, variance, offset, scale, 1e-3));
  },
  'a natively normalized convolution': inputs => {
    const [scale, offset, mean, variance] = Object.values(channel).map(values => tf.tensor1d(values));
    return batchNormInference(convolved(inputs), scale!, offset!, mean!, variance!, 1e-3);
  },
  'a largest value of windows': inputs => tf.maxPool(tf.tanh(convolved(inputs)), 2, 2, 'valid'),
  'values too small to be kept': ({ x }) => tf.mul(tf.mul(x, 1e-25), 1e-18),
};

const batchSize = 6;

/**
 * Takes a formula as a graph and op by op: of tensors of the state, and of the minibatch in a shape that the optimizer
 * knows, as after a reshape.
 */
export async function expectSameRounding(formula: Formula): Promise<void> {
  const wave = (...shape: number[]): Tensor => tf.mul(tf.sin(tf.mul(rising(shape[0]!, ...shape.slice(1)), 0.7)), 1.7);
  const state = {
    x: wave(batchSize, 9),
    y: tf.cos(wave(batchSize, 9)),
    row: wave(9),
    k: tf.scalar(0.7),
    image: wave(batchSize, 6, 6, 2),
  };
  const like = formula(state);
  const step: Step = (batch, { x, y, row, k, image }) => {
    const known = (tensor: Tensor): Tensor => tf.reshape(tensor, tensor.shape);
    const ofState = formula({ x, y, row, k, image });
    const ofBatch = formula({
      x: known(batch.x),
      y: known(batch.y),
      row: known(row),
      k: known(k),
      image: known(batch.image),
    });
    return {
      state: { x: tf.mul(x, 1.01), y: tf.sin(y), row, k, image, ofState, ofBatch },
      metrics: { state: tf.mean(ofState), sum: tf.add(tf.sum(ofBatch), tf.mul(k, tf.sum(x))) },
    };
  };
  await runBothWays({
    step,
    batchSize,
    data: { x: wave(18, 9), y: tf.square(wave(18, 9)), image: wave(18, 6, 6, 2) },
    state: { ...state, ofState: tf.zerosLike(like), ofBatch: tf.zerosLike(like) },
  });
}
