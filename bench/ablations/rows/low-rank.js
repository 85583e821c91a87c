import { about, accuracyOf, factored } from '../compressing.js';

export default {
  name: 'low-rank',
  row: 'compress: low-rank factorization',
  shows: 'at most 1 point of accuracy lost',
  data: about,
  unit: 'test accuracy, %',
  note: 'A fifth of the singular values and 5 epochs of fine-tuning: the size is a quarter, the loss about a point (0.74 with the seeds 6 to 10). Pruning and quantizing do better.',
  higherIsBetter: true,
  arms: factored(accuracyOf),
  holds: ({ difference }) => difference.mean > -1,
};
