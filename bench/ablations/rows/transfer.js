import { percent } from '../common.js';
import { fromScratch, glyphsToMnist, pretrainedOnGlyphs, trainOnFew } from '../transferring.js';

export default {
  name: 'transfer',
  row: 'transfer: start from saved weights, replace the head',
  shows: 'better than from scratch at 200 target images',
  data: glyphsToMnist,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: {
    'from scratch': fromScratch,
    transferred: async seed => {
      const given = await pretrainedOnGlyphs(seed);
      return percent((await trainOnFew({ seed, options: { given } })).test.accuracy);
    },
  },
  holds: ({ difference }) => difference.low > 0,
};
