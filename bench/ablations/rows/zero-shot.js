import { percent } from '../common.js';
import { scoreUnseen } from '../unseen-digits.js';

export default {
  name: 'zero-shot',
  row: 'zero-shot: learn a vector per class',
  shows: 'above chance on unseen digits, told apart by hand-made vectors',
  data: 'mnist10k without two of the digits, another two for each seed; vectors: segments of a display',
  unit: 'accuracy among the two unseen digits, %',
  higherIsBetter: true,
  arms: {
    chance: () => 50,
    'nearest vector': async seed => percent((await scoreUnseen(seed)).unseenAccuracy),
  },
  holds: ({ difference }) => difference.low > 0,
};
