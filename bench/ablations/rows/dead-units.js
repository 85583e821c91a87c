import { trainHot } from '../high-rate.js';

const arm = activation => async seed => (await trainHot(activation, seed)).dead;

export default {
  name: 'dead-units',
  row: 'activation: Leaky ReLU and PReLU',
  shows: 'units do not die',
  data: 'scikit-learn digits, eight dense layers of 16, Adam at 0.03, 20 epochs',
  unit: 'units that put out the same for all training rows, %',
  note: 'A leaky unit is never constant, so its 0 follows from its definition; what is measured is the share for relu.',
  higherIsBetter: false,
  arms: { relu: arm('relu'), prelu: arm('prelu'), leakyRelu: arm('leakyRelu') },
  holds: ({ difference, mean }) => difference.high < 0 && mean.prelu < mean.relu,
};
