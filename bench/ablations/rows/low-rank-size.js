import { about, factored, kilobytesOf } from '../compressing.js';

export default {
  name: 'low-rank-size',
  row: 'compress: low-rank factorization',
  shows: 'at least 4 times smaller',
  data: about,
  unit: 'weights.bin, gzipped, kB',
  higherIsBetter: false,
  arms: factored(kilobytesOf),
  holds: ({ mean }) => mean.original >= 4 * mean.compressed,
};
