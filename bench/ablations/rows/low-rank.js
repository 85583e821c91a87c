import { about, accuracyOf, factored } from '../compressing.js';

export default {
  name: 'low-rank',
  row: 'compress: low-rank factorization',
  shows: 'at most 1 point of accuracy lost',
  data: about,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: factored(accuracyOf),
  holds: ({ difference }) => difference.mean > -1,
};
