import { about, accuracyOf, prunedAndQuantized } from '../compressing.js';

export default {
  name: 'prune-quantize',
  row: 'compress: prune, then quantize',
  shows: 'at most 1 point of accuracy lost',
  data: about,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: prunedAndQuantized(accuracyOf),
  holds: ({ difference }) => difference.mean > -1,
};
