/**
 * Compiles, runs and disposes steps again and again, and prints what is left of them as JSON.
 *
 *     node --expose-gc leak-cycles.js dense|conv <cycles>
 */
import { compileStep } from '../../../dist/backend/graph/compile-step.js';
import { loadBackend } from '../../../dist/backend/load.js';

const [kind, cycles] = process.argv.slice(2);
const tf = await loadBackend();

const shapes = {
  dense: { input: [20], weights: [[20, 32], [32], [32, 10]] },
  conv: { input: [12, 12, 2], weights: [[3, 3, 2, 8], [8], [200, 10]] },
};
const { input, weights } = shapes[kind];

function forward(x, [kernel, bias, last]) {
  const hidden =
    kind === 'dense'
      ? tf.relu(tf.add(tf.matMul(x, kernel), bias))
      : tf.maxPool(tf.relu(tf.add(tf.conv2d(x, kernel, 1, 'valid'), bias)), 2, 2, 'valid').reshape([x.shape[0], -1]);
  return tf.matMul(hidden, last);
}

function step({ x, y }, state, { rate }) {
  const loss = (...weights) => tf.losses.softmaxCrossEntropy(y, forward(x, weights));
  const { value, grads } = tf.valueAndGrads(loss)(state);
  return { state: state.map((weight, i) => tf.sub(weight, tf.mul(rate, grads[i]))), metrics: { loss: value } };
}

const rows = 32;
const data = {
  x: tf.randomNormal([rows, ...input]),
  y: tf.oneHot(tf.range(0, rows, 1, 'int32').mod(tf.scalar(10, 'int32')), 10).toFloat(),
};
const hyper = { rate: tf.scalar(0.1) };
const initial = weights.map(shape => tf.randomNormal(shape, 0, 0.1));

async function cycle() {
  const compiled = compileStep(step, { data, state: initial, hyper, batchSize: 16 });
  if (!compiled.isGraph) throw new Error('it is no graph');
  const { state } = await compiled.epoch({ data, state: initial, hyper });
  tf.dispose(state);
  compiled.dispose();
}

const graphs = () => tf.backend().binding.getNumOfSavedModels();

/** In megabytes, without what V8 has not collected yet. */
function memory() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage.rss() / 2 ** 20;
}

const measured = [];
for (let done = 1; done <= Number(cycles); done++) {
  await cycle();
  if (done % 50 === 0)
    measured.push({ cycles: done, megabytes: memory(), tensors: tf.memory().numTensors, graphs: graphs() });
}
console.log(JSON.stringify(measured));
