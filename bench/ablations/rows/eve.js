import { about, atBest } from '../optimizing.js';

export default {
  name: 'eve',
  row: 'optimizer: Eve',
  shows: 'better than Adam after as many epochs',
  data: about,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  note: 'Each at the best of the rates 0.0001, 0.001 and 0.01 by validation loss. No difference in either direction.',
  arms: { adam: atBest('adam'), eve: atBest('eve') },
  holds: ({ difference }) => difference.low > 0,
};
