import { inferencePass } from '../../../dist/train/evaluate.js';
import { asGiven, modelOf } from '../../../dist/train/named-tensors.js';
import { normalizeBatch } from '../../../dist/train/raw-rows.js';
import { digits, percent, tensorFlow, trainOnce } from '../common.js';

const modelWith = activation => ({ layers: [{ stack: { times: 8, layers: [{ dense: { units: 16, activation } }] } }] });
const training = (learningRate, epochs) => ({ optimizer: { adam: { learningRate } }, epochs, earlyStopping: false });

/** A net whose relu units died at a high rate goes on at a low one, with relu or with another activation. */
const arm = activation => async seed => {
  const killed = await trainOnce({ data: digits, model: modelWith('relu'), train: training(0.03, 20), seed });
  const { after } = await trainOnce({
    data: digits,
    model: modelWith(activation),
    train: training(0.001, 20),
    seed,
    options: { given: asGiven(killed.weights) },
    after: shareNeverPositive,
  });
  return percent(after);
};

/** Of the units of hidden layers, over the training rows. */
async function shareNeverPositive({ program: { plan }, batches, weights }) {
  const tf = await tensorFlow();
  const model = modelOf(plan, weights);
  const isDead = [];
  tf.tidy(() => {
    const rows = tf.tensor1d(batches.train, 'int32');
    const { inputs, targets } = batches.data;
    const batch = normalizeBatch(
      { inputs: tf.gather(inputs, rows), targets: tf.gather(targets, rows) },
      batches.scaling,
    );
    const watch = output => void isDead.push(...tf.lessEqual(tf.max(output, 0), 0).dataSync());
    plan.apply(batch.inputs, { ...inferencePass(plan, model, {}), watch });
  });
  tf.dispose(Object.values(model));
  return isDead.filter(Boolean).length / isDead.length;
}

export default {
  name: 'dead-units-revived',
  row: 'activation: Leaky ReLU and PReLU',
  shows: 'dead units live again where the activation becomes leaky',
  data: 'scikit-learn digits, eight dense layers of 16 after 20 epochs with relu at 0.03, then 20 epochs at 0.001',
  unit: 'units that are positive for no training row, %',
  note: 'Added after dead-units-accuracy had been seen on seeds 1 to 5; its settings are those of that row. PReLU revives nearly all, Leaky ReLU about a quarter.',
  higherIsBetter: false,
  arms: { relu: arm('relu'), prelu: arm('prelu'), leakyRelu: arm('leakyRelu') },
  holds: ({ difference, mean }) => difference.high < 0 && mean.prelu < mean.relu,
};
