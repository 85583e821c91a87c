/**
 * Trains with a compiled step in threads of one process, and prints what each thread has as JSON: the bytes of its
 * weights, its losses, and the graphs that it has open in the end.
 *
 *     node threads.js <seed of the first thread> <seed of the second> ...
 */
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { compileStep } from '../../../dist/backend/graph/compile-step.js';
import { loadBackend } from '../../../dist/backend/load.js';
import { statelessUniform } from '../../../dist/backend/native-ops/stateless-uniform.js';

if (isMainThread) {
  const seeds = process.argv.slice(2).map(Number);
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  const runs = seeds.map(
    seed =>
      new Promise((resolve, reject) => {
        const data = { seed, arrived, threads: seeds.length };
        new Worker(fileURLToPath(import.meta.url), { workerData: data }).once('message', resolve).once('error', reject);
      }),
  );
  console.log(JSON.stringify(await Promise.all(runs)));
} else {
  parentPort.postMessage(await train(workerData), []);
}

async function train({ seed, arrived, threads }) {
  const tf = await loadBackend();
  const step = ({ x }, { w, count }, hyper) => {
    const key = tf.stack([hyper.seed, count]);
    const kept = tf.cast(tf.greaterEqual(statelessUniform(x.shape, key), 0.3), 'float32');
    const loss = w => tf.mean(tf.square(tf.sub(tf.matMul(tf.mul(x, kept), w), 1)));
    const { value, grad } = tf.valueAndGrad(loss)(w);
    const next = { w: tf.sub(w, tf.mul(grad, 0.1)), count: tf.add(count, tf.scalar(1, 'int32')) };
    return { state: next, metrics: { loss: value } };
  };
  const data = { x: tf.randomNormal([90, 20], 0, 1, 'float32', 1) };
  const hyper = { seed: tf.scalar(seed, 'int32') };
  let state = { w: tf.zeros([20, 5]), count: tf.scalar(0, 'int32') };
  const losses = [];
  for (let epoch = 0; epoch < 10; epoch++) {
    await meet(arrived, threads * (epoch + 1));
    const compiled = compileStep(step, { data, state, hyper, batchSize: 16 });
    if (!compiled.isGraph) throw new Error('it is no graph');
    const trained = await compiled.epoch({ data, state, hyper });
    state = trained.state;
    losses.push(trained.metrics.loss);
    compiled.dispose();
  }
  const graphs = tf.backend().binding.getNumOfSavedModels();
  return { losses, weights: Buffer.from(state.w.dataSync().buffer).toString('hex'), graphs };
}

/** Waits until all threads are here. */
async function meet(arrived, count) {
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < count) await new Promise(resolve => setTimeout(resolve, 1));
}
