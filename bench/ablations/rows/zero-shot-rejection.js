import { percent } from '../common.js';
import { scoreUnseen } from '../unseen-digits.js';

export default {
  name: 'zero-shot-rejection',
  row: 'zero-shot: reject unknown classes',
  shows: 'digits of no class in training lie farther from the vectors than the others do',
  data: 'mnist10k without two of the digits, another two for each seed; vectors: segments of a display',
  unit: 'area under the ROC curve of "none of these", %',
  higherIsBetter: true,
  arms: {
    chance: () => 50,
    'distance to the nearest vector': async seed => percent((await scoreUnseen(seed)).rejectionAuc),
  },
  holds: ({ difference }) => difference.low > 0,
};
