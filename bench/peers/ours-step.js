/** `compileStep` of tfjs-tune: a training step with all weights in one vector, run an epoch at a time. */
import {
  batchNormTraining,
  compileStep,
  loadBackend,
  optimizers,
  pack,
  sparseSoftmaxCrossEntropy,
  unpack,
} from 'tfjs-tune/graph';
import { forward, initialTensors } from '../common/functional.js';
import { readTask, serve } from '../common/peer.js';
import { versionsOf } from '../common/versions.js';

const { net, rows, inputs, labels } = readTask();
const tf = await loadBackend();
const data = { x: tf.tensor(inputs, [rows, ...net.input]), y: tf.tensor1d(labels, 'int32') };
const knobs = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const hyper = Object.fromEntries(Object.entries(knobs).map(([name, value]) => [name, tf.scalar(value)]));
const { shapes, statisticShapes } = describe();

function describe() {
  const { weights, statistics } = initialTensors(tf, net);
  const shapesOf = tensors => tensors.map(({ shape }) => ({ shape }));
  const described = { shapes: shapesOf(weights), statisticShapes: shapesOf(statistics) };
  tf.dispose([weights, statistics]);
  return described;
}

function step({ x, y }, { weights, statistics, slots, steps }, hyper) {
  let moved = statistics;
  const { value: loss, grad: gradient } = tf.valueAndGrad(packed => {
    const weights = unpack(packed, shapes);
    const pass = forward(tf, net, x, weights, unpack(statistics, statisticShapes), batchNormTraining);
    // Gradients are taken inside a scope of their own; what else leaves it must be kept.
    moved = tf.keep(pack(pass.statistics));
    return tf.mean(sparseSoftmaxCrossEntropy(pass.logits, y));
  })(weights);
  const next = tf.add(steps, 1);
  const { weight, slots: kept } = optimizers.adam.update({ gradient, weight: weights, slots, hyper, step: next });
  return { state: { weights: weight, statistics: moved, slots: kept, steps: next }, metrics: { loss } };
}

function initialState() {
  return tf.tidy(() => {
    const { weights, statistics } = initialTensors(tf, net);
    const packed = pack(weights);
    const slots = [tf.zerosLike(packed), tf.zerosLike(packed)];
    return { weights: packed, statistics: pack(statistics), slots, steps: tf.scalar(0) };
  });
}

const oneBatch = Int32Array.from({ length: net.batch }, (_, row) => row);

/** What a trial waits for before its first step, and that step. The first trial compiles its step; others find it. */
async function start(known) {
  const started = performance.now();
  const state = initialState();
  const compiled = known ?? compileStep(step, { batchSize: net.batch, data, state, hyper });
  const prepared = performance.now() - started;
  const { state: after } = await compiled.epoch({ data, order: oneBatch, state, hyper });
  tf.dispose(state);
  return { compiled, state: after, prepared, stepped: performance.now() - started };
}

const first = await start();
const second = await start(first.compiled);
tf.dispose(first.state);

let { state } = second;
await serve(
  async () => {
    const order = Int32Array.from(tf.util.createShuffledIndices(rows));
    const { state: next, metrics } = await second.compiled.epoch({ data, order, state, hyper });
    tf.dispose(state);
    state = next;
    return metrics.loss;
  },
  { versions: versionsOf(tf), start: { first: first.stepped, second: second.prepared } },
);
