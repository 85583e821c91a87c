/** A training loop by hand in eager tfjs on the native backend: `optimizer.minimize` on gathered minibatches. */
import { loadBackend } from '../../dist/backend/load.js';
import { forward, initialTensors } from '../common/functional.js';
import { readTask, serve } from '../common/peer.js';
import { versionsOf } from '../common/versions.js';

const { net, rows, inputs, labels } = readTask();
const tf = await loadBackend();
const x = tf.tensor(inputs, [rows, ...net.input]);
const y = tf.oneHot(tf.tensor1d(labels, 'int32'), net.classes).toFloat();
const initial = initialTensors(tf, net);
const weights = initial.weights.map(tensor => tf.variable(tensor));
const statistics = initial.statistics.map(tensor => tf.variable(tensor, false));
const optimizer = tf.train.adam(1e-3);

function step(batch) {
  return tf.tidy(() => {
    const [batchX, batchY] = [tf.gather(x, batch), tf.gather(y, batch)];
    return optimizer.minimize(
      () => {
        const { logits, statistics: moved } = forward(tf, net, batchX, weights, statistics);
        moved.forEach((tensor, index) => statistics[index].assign(tensor));
        return tf.losses.softmaxCrossEntropy(batchY, logits);
      },
      true,
      weights,
    );
  });
}

await serve(
  () => {
    const order = Int32Array.from(tf.util.createShuffledIndices(rows));
    const losses = [];
    for (let start = 0; start < rows; start += net.batch) {
      const batch = tf.tensor1d(order.subarray(start, start + net.batch), 'int32');
      losses.push(step(batch));
      batch.dispose();
    }
    // Read once an epoch: a read in every step would be no slower here, but is no part of the work.
    const mean = tf.tidy(() => tf.mean(tf.stack(losses)).dataSync()[0]);
    tf.dispose(losses);
    return mean;
  },
  { versions: versionsOf(tf) },
);
