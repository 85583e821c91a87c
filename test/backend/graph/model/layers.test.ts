/** Layers of tfjs in a model: the same history and weights as by `model.fit`. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fit } from '../../../../src/backend/graph/model/fit.ts';
import { loadBackend } from '../../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../../src/backend/tf.ts';
import { classNumbers, fitTwins, numbers, quiet, twins, withStderr, type Model } from './twins.ts';

beforeAll(() => loadBackend());

type Symbolic = TensorFlow.SymbolicTensor;
type Layer = TensorFlow.layers.Layer;

/** The layers, then one number. */
function chain(shape: readonly number[], layers: readonly Layer[]): Model {
  const input = tf.input({ shape: [...shape] });
  const last = layers.reduce((x, layer) => layer.apply(x) as Symbolic, input);
  const flat = last.shape.length > 2 ? (tf.layers.flatten().apply(last) as Symbolic) : last;
  const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 1 }).apply(flat) as Symbolic });
  model.compile({ optimizer: tf.train.momentum(0.01, 0.9), loss: 'meanSquaredError', metrics: ['mae'] });
  return model;
}

async function expectSame(shape: readonly number[], layers: () => readonly Layer[], x?: Tensor): Promise<void> {
  const pair = twins(() => chain(shape, layers()));
  await fitTwins(pair, x ?? numbers(1, 20, ...shape), numbers(2, 20, 1), {
    batchSize: 8,
    epochs: 2,
    validationSplit: 0.25,
  });
}

const image = [9, 8, 3];
const sequence = [6, 3];

const plain: Readonly<Record<string, readonly [readonly number[], () => readonly Layer[]]>> = {
  conv1d: [sequence, () => [tf.layers.conv1d({ filters: 4, kernelSize: 3, activation: 'relu' })]],
  conv2d: [image, () => [tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu' })]],
  conv3d: [[4, 4, 4, 2], () => [tf.layers.conv3d({ filters: 3, kernelSize: 2 })]],
  depthwiseConv2d: [image, () => [tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })]],
  separableConv2d: [image, () => [tf.layers.separableConv2d({ filters: 4, kernelSize: 3 })]],
  conv2dTranspose: [image, () => [tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 })]],
  maxPooling1d: [sequence, () => [tf.layers.dense({ units: 4 }), tf.layers.maxPooling1d({ poolSize: 2 })]],
  averagePooling1d: [sequence, () => [tf.layers.dense({ units: 4 }), tf.layers.averagePooling1d({ poolSize: 2 })]],
  'maxPooling2d, overlapping': [
    image,
    () => [tf.layers.conv2d({ filters: 3, kernelSize: 2 }), tf.layers.maxPooling2d({ poolSize: 3, strides: 2 })],
  ],
  averagePooling2d: [
    image,
    () => [tf.layers.conv2d({ filters: 3, kernelSize: 2 }), tf.layers.averagePooling2d({ padding: 'same' })],
  ],
  globalMaxPooling2d: [
    image,
    () => [tf.layers.conv2d({ filters: 3, kernelSize: 2 }), tf.layers.globalMaxPooling2d({})],
  ],
  globalAveragePooling1d: [sequence, () => [tf.layers.dense({ units: 4 }), tf.layers.globalAveragePooling1d()]],
  upSampling2d: [image, () => [tf.layers.conv2d({ filters: 3, kernelSize: 2 }), tf.layers.upSampling2d({})]],
  zeroPadding2d: [
    image,
    () => [tf.layers.zeroPadding2d({ padding: 1 }), tf.layers.conv2d({ filters: 2, kernelSize: 3 })],
  ],
  cropping2D: [
    image,
    () => [
      tf.layers.cropping2D({
        cropping: [
          [1, 1],
          [1, 1],
        ] as never,
      }),
    ],
  ],
  layerNormalization: [sequence, () => [tf.layers.dense({ units: 4 }), tf.layers.layerNormalization()]],
  batchNormalization: [[5], () => [tf.layers.dense({ units: 4 }), tf.layers.batchNormalization({ momentum: 0.8 })]],
  'batchNormalization of sequences': [sequence, () => [tf.layers.dense({ units: 4 }), tf.layers.batchNormalization()]],
  leakyReLU: [[5], () => [tf.layers.dense({ units: 4 }), tf.layers.leakyReLU({ alpha: 0.2 })]],
  prelu: [[5], () => [tf.layers.dense({ units: 4 }), tf.layers.prelu()]],
  elu: [[5], () => [tf.layers.dense({ units: 4 }), tf.layers.elu()]],
  softmax: [[5], () => [tf.layers.dense({ units: 4 }), tf.layers.softmax()]],
  'reshape, permute and repeatVector': [
    [6],
    () => [
      tf.layers.repeatVector({ n: 4 }),
      tf.layers.permute({ dims: [2, 1] }),
      tf.layers.reshape({ targetShape: [8, 3] }),
      tf.layers.dense({ units: 2 }),
    ],
  ],
  simpleRNN: [sequence, () => [tf.layers.simpleRNN({ units: 4, returnSequences: true })]],
  lstm: [sequence, () => [tf.layers.lstm({ units: 4 })]],
  gru: [sequence, () => [tf.layers.gru({ units: 4, goBackwards: true })]],
  'rnn of cells': [
    sequence,
    () => [
      tf.layers.rnn({ cell: [tf.layers.gruCell({ units: 3 }), tf.layers.lstmCell({ units: 4 })] as never }) as Layer,
    ],
  ],
  convLstm2d: [[3, 5, 5, 1], () => [tf.layers.convLstm2d({ filters: 2, kernelSize: 3 }) as Layer]],
  bidirectional: [
    sequence,
    () => [tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 3, returnSequences: true }) as never })],
  ],
  timeDistributed: [sequence, () => [tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) })]],
  masking: [sequence, () => [tf.layers.masking({ maskValue: 0 }), tf.layers.gru({ units: 3 })]],
};

test.each(Object.keys(plain))('%s', async name => {
  const [shape, layers] = plain[name]!;
  await expectSame(shape, layers);
});

test('all activations, side by side', async () => {
  const functions = 'elu gelu hardSigmoid linear mish relu relu6 selu sigmoid softmax softplus softsign swish tanh';
  const build = (): Model => {
    const input = tf.input({ shape: [5] });
    const all = functions.split(' ').map(activation => {
      return tf.layers.dense({ units: 4, activation: activation as never }).apply(input) as Symbolic;
    });
    const outputs = tf.layers.dense({ units: 1 }).apply(tf.layers.concatenate().apply(all) as Symbolic) as Symbolic;
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    return model;
  };
  await fitTwins(twins(build), numbers(1, 20, 5), numbers(2, 20, 1), { batchSize: 8 });
});

test('an embedding whose zeros are masked', async () => {
  const x = tf.reshape(classNumbers(20 * 6, 5), [20, 6]);
  const layers = () => [
    tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }),
    tf.layers.lstm({ units: 3 }),
  ];
  await expectSame([6], layers, x);
});

describe('layers within layers', () => {
  test('one layer that is used twice', async () => {
    const build = (): Model => {
      const [a, b] = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
      const shared = tf.layers.dense({ units: 3, activation: 'tanh' });
      const both = tf.layers.multiply().apply([shared.apply(a) as Symbolic, shared.apply(b) as Symbolic]);
      const model = tf.model({
        inputs: [a, b],
        outputs: tf.layers.dense({ units: 1 }).apply(both as Symbolic) as Symbolic,
      });
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      return model;
    };
    await fitTwins(twins(build), [numbers(1, 20, 4), numbers(2, 20, 4)], numbers(3, 20, 1), { batchSize: 8 });
  });

  test('models in a model, with batch normalization inside', async () => {
    await expectSame([5], () => {
      const inner = tf.sequential();
      inner.add(tf.layers.dense({ units: 4, inputShape: [6] }));
      inner.add(tf.layers.batchNormalization({ momentum: 0.7 }));
      const outer = tf.sequential();
      outer.add(tf.layers.dense({ units: 6, inputShape: [5] }));
      outer.add(inner);
      return [outer];
    });
  });

  test('batch normalization at each step of a sequence', async () => {
    await expectSame(sequence, () => [tf.layers.timeDistributed({ layer: tf.layers.batchNormalization() })]);
  });

  test("a layer of the user's own that is called like one of tfjs", async () => {
    class Dropout extends tf.layers.Layer {
      static className = 'Dropout';
      readonly rate = 0.5;
      override call(inputs: Tensor | Tensor[]): Tensor {
        return tf.mul([inputs].flat()[0]!, this.rate);
      }
    }
    await expectSame([5], () => [tf.layers.dense({ units: 4 }), new Dropout()]);
  });

  test("a layer of the user's own, with weights and layers inside", async () => {
    class Gate extends tf.layers.Layer {
      static className = 'Gate';
      readonly inner = tf.layers.dense({ units: 4, activation: 'sigmoid' });
      private strength!: { read(): Tensor };
      override build(shape: number[]): void {
        this.inner.build(shape);
        this.strength = this.addWeight('strength', [4], 'float32', tf.initializers.ones()) as never;
        (this as unknown as { trainableWeights: unknown[] }).trainableWeights = [
          this.strength,
          ...this.inner.trainableWeights,
        ];
        super.build(shape);
      }
      override call(inputs: Tensor | Tensor[]): Tensor {
        const x = [inputs].flat()[0]!;
        return tf.tidy(() => tf.mul(tf.mul(x, this.strength.read()), this.inner.apply(x) as Tensor));
      }
    }
    await expectSame([5], () => [tf.layers.dense({ units: 4 }), new Gate()]);
  });
});

test("what tfjs itself cannot train fails with tfjs's own error", async () => {
  const pair = twins(() => chain(image, [tf.layers.conv2d({ filters: 4, kernelSize: 3, dilationRate: 2 })]));
  const [x, y] = [numbers(1, 20, ...image), numbers(2, 20, 1)];
  const error = await pair.theirs.fit(x, y, quiet).catch((error: Error) => error.message);
  expect(error).toMatch(/dilation rates greater than 1/);
  await expect(fit(pair.ours, x, y, quiet)).rejects.toThrow(error as string);
});

test('frozen layers stay as they are, bit by bit', async () => {
  const build = (): Model => {
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 6, activation: 'relu', inputShape: [5], trainable: false }));
    model.add(tf.layers.batchNormalization({ trainable: false }));
    model.add(tf.layers.dense({ units: 4 }));
    model.add(tf.layers.dense({ units: 1 }));
    model.layers[2]!.trainable = false;
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    return model;
  };
  const pair = twins(build);
  const valuesOf = (index: number) => pair.ours.layers[index]!.getWeights().map(weight => [...weight.dataSync()]);
  const before = [0, 2].map(valuesOf);
  await fitTwins(pair, numbers(1, 20, 5), numbers(2, 20, 1), { batchSize: 8 });
  expect([0, 2].map(valuesOf)).toEqual(before);
});

test('a layer that is frozen after compile() does not train, and trains again when it is thawed', async () => {
  const pair = twins(() => chain([5], [tf.layers.dense({ units: 4 })]));
  const set = (trainable: boolean) => {
    for (const model of [pair.ours, pair.theirs]) model.layers[1]!.trainable = trainable;
  };
  const train = () => fitTwins(pair, numbers(1, 20, 5), numbers(2, 20, 1), { batchSize: 8 });
  await train();
  set(false);
  await train();
  set(true);
  await train();
});

describe('state that a graph would not see', () => {
  test('of a stateful recurrent layer', async () => {
    const model = tf.sequential();
    model.add(tf.layers.gru({ units: 3, stateful: true, batchInputShape: [8, 6, 3], name: 'memory' }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const { stderr } = await withStderr(() =>
      fit(model, numbers(1, 16, 6, 3), numbers(2, 16, 1), { batchSize: 8, ...quiet }),
    );
    expect(stderr).toBe(
      'this model trains the ordinary way, without a graph: layer memory (GRU): its states_[0] changes from step to step\n',
    );
  });

  test("in a number of the user's own", async () => {
    class Fading extends tf.layers.Layer {
      static className = 'Fading';
      strength = 1;
      override call(inputs: Tensor | Tensor[]): Tensor {
        this.strength *= 0.5;
        return tf.mul([inputs].flat()[0]!, this.strength);
      }
    }
    const model = chain([5], [new Fading({ name: 'fading' })]);
    const { stderr } = await withStderr(() => fit(model, numbers(1, 16, 5), numbers(2, 16, 1), quiet));
    expect(stderr).toMatch(/: layer fading \(Fading\): its strength changes from step to step\n$/);
  });

  test("in a variable of the user's own", async () => {
    class Counting extends tf.layers.Layer {
      static className = 'Counting';
      readonly calls = tf.variable(tf.scalar(0), false);
      override call(inputs: Tensor | Tensor[]): Tensor {
        this.calls.assign(tf.add(this.calls, 1));
        return tf.mul([inputs].flat()[0]!, 2);
      }
    }
    const counting = new Counting({ name: 'counter' });
    const { stderr } = await withStderr(() =>
      fit(chain([5], [counting]), numbers(1, 16, 5), numbers(2, 16, 1), { batchSize: 8, ...quiet }),
    );
    expect(stderr).toMatch(/layer counter \(Counting\): the variable \S+ changes and is none of the model's \(.*\)\n$/);
    expect(counting.calls.dataSync()[0]).toBe(2);
  });
});
