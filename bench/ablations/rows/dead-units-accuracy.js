import { trainHot } from '../high-rate.js';

const arm = activation => async seed => (await trainHot(activation, seed)).accuracy;

export default {
  name: 'dead-units-accuracy',
  row: 'activation: Leaky ReLU and PReLU',
  shows: 'where relu units die, the others learn more',
  data: 'scikit-learn digits, eight dense layers of 16, Adam at 0.03, 20 epochs',
  unit: 'test accuracy, %',
  note: 'At a rate that kills relu units the leaky net is unsettled as well: its gradients pass everywhere. PReLU, whose slopes start at 0.25, does better than relu in most seeds.',
  higherIsBetter: true,
  arms: { relu: arm('relu'), prelu: arm('prelu'), leakyRelu: arm('leakyRelu') },
  holds: ({ difference }) => difference.low > 0,
};
