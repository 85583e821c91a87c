import { createRng } from '../../../dist/study/rng.js';
import { inferencePass } from '../../../dist/train/evaluate.js';
import { normalizeBatch } from '../../../dist/train/raw-rows.js';
import { initialState } from '../../../dist/train/step.js';
import { mnist, prepare, tensorFlow } from '../common.js';

const [depth, units, rows] = [20, 1024, 256];

/** How far the mean square of the signal is from that after the first layer, at worst: a factor of 1 or more. */
const arm = kernelInitializer => async seed => {
  const tf = await tensorFlow();
  const layer = { dense: { units, activation: 'relu', kernelInitializer } };
  const { phases, batches } = await prepare({
    data: mnist,
    model: { layers: ['flatten', { stack: { times: depth, layers: [layer] } }] },
    train: {},
    seed,
  });
  const { program } = phases[0];
  const model = initialState(program, createRng(seed, 'weights'));
  const squares = [];
  tf.tidy(() => {
    const chosen = tf.tensor1d(batches.train.subarray(0, rows), 'int32');
    const { inputs, targets } = batches.data;
    const raw = { inputs: tf.gather(tf.cast(inputs, 'float32'), chosen), targets: tf.gather(targets, chosen) };
    const watch = output => void squares.push(tf.mean(tf.square(output)).dataSync()[0]);
    const pass = { ...inferencePass(program.plan, model, {}), watch };
    program.plan.apply(normalizeBatch(raw, batches.scaling).inputs, pass);
  });
  tf.dispose(model);
  const [first] = squares;
  return Math.max(...squares.map(square => Math.max(square / first, first / square)));
};

export default {
  name: 'init-signal',
  row: 'init: He',
  shows: 'the variance of the signal stays within 2x through 20 layers',
  data: `mnist10k, ${rows} images through ${depth} dense layers of ${units} with relu, untrained`,
  unit: 'largest factor between the mean square after the first layer and after another',
  higherIsBetter: false,
  arms: { 'normal, 0.05': arm({ randomNormal: 0.05 }), he: arm('heNormal') },
  holds: ({ values }) => values.he.every(factor => factor <= 2),
};
