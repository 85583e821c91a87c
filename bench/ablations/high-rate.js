/** A dense network that starts at a rate at which rectified units die. */
import { deadUnits } from '../../dist/train/dead-units.js';
import { createHyper } from '../../dist/train/hyper.js';
import { modelOf } from '../../dist/train/named-tensors.js';
import { digits, graphs, percent, tensorFlow, trainOnce } from './common.js';

/** In percent, after training: accuracy on the test rows, and units that put out the same for all training rows. */
export async function trainHot(activation, seed) {
  const { test, after } = await trainOnce({
    data: digits,
    model: { layers: [{ stack: { times: 8, layers: [{ dense: { units: 16, activation } }] } }] },
    train: { optimizer: { adam: { learningRate: 0.03 } }, epochs: 20, earlyStopping: false },
    seed,
    async after({ program, batches, weights }) {
      const tf = await tensorFlow();
      const hyper = createHyper(program, seed);
      const model = modelOf(program.plan, weights);
      const share = await deadUnits(program, batches, batches.train, model, hyper, graphs);
      tf.dispose([Object.values(hyper), Object.values(model)]);
      return share;
    },
  });
  return { accuracy: percent(test.accuracy), dead: percent(after) };
}
