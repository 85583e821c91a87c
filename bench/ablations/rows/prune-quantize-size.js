import { about, kilobytesOf, prunedAndQuantized } from '../compressing.js';

export default {
  name: 'prune-quantize-size',
  row: 'compress: prune, then quantize',
  shows: 'at least 4 times smaller',
  data: about,
  unit: 'weights.bin, gzipped, kB',
  higherIsBetter: false,
  arms: prunedAndQuantized(kilobytesOf),
  holds: ({ mean }) => mean.original >= 4 * mean.compressed,
};
