// Trains a network of plain TensorFlow.js with a learning rate that moves as the validation gradient has moved it: by the
// file that `tune` leaves as schedule.json beside the model. Nothing here is of tfjs-tune. The schedule in this folder was
// written by hand, to show the format.
//   node examples/schedule/train.js [reports/<study>/<date>/model/schedule.json]
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const path = process.argv[2] ?? new URL('schedule.json', import.meta.url);
const { every, values } = JSON.parse(readFileSync(path, 'utf8'));
/** The value of a parameter in a step, from 1 on: each holds for `every` steps, the last one for all after them. */
const valueAt = (name, step) => values[name][Math.min(Math.floor((step - 1) / every), values[name].length - 1)];

// Two spirals, one in the other: which of them is a point on?
const rows = 400;
const spirals = Array.from({ length: rows }, (_, row) => {
  const turn = 0.3 + (2 * Math.floor(row / 2)) / rows;
  const angle = Math.PI * (turn + (row % 2));
  return [turn * Math.cos(angle), turn * Math.sin(angle)];
});
const x = tf.tensor2d(spirals);
const y = tf.tensor2d(spirals.map((_, row) => [row % 2]));

/** The training loss after as many steps as the learning rate is known for. */
async function train(learningRateAt) {
  const model = tf.sequential();
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  model.add(tf.layers.dense({ units: 24, activation: 'tanh', inputShape: [2], kernelInitializer }));
  model.add(tf.layers.dense({ units: 24, activation: 'tanh', kernelInitializer }));
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer }));
  const optimizer = tf.train.adam(learningRateAt(1));
  model.compile({ optimizer, loss: 'binaryCrossentropy' });
  let step = 0;
  const onBatchBegin = () => {
    optimizer.learningRate = learningRateAt(++step);
  };
  const { history } = await model.fit(x, y, {
    epochs: 24,
    batchSize: 40,
    shuffle: false,
    callbacks: { onBatchBegin },
  });
  return history.loss.at(-1);
}

const rates = { 'fixed at its start': () => valueAt('lr', 1), 'as scheduled': step => valueAt('lr', step) };
for (const [name, rate] of Object.entries(rates))
  console.log(`learning rate ${name}: loss ${(await train(rate)).toFixed(4)}`);
