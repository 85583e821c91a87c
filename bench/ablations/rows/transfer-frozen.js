import { percent } from '../common.js';
import { fromScratch, glyphsToMnist, pretrainedOnGlyphs, trainOnFew } from '../transferring.js';

export default {
  name: 'transfer-frozen',
  row: 'transfer: freeze by pattern',
  shows: 'better than from scratch at 200 target images, with both convolutions as they came',
  data: glyphsToMnist,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: {
    'from scratch': fromScratch,
    'convolutions frozen': async seed => {
      const given = await pretrainedOnGlyphs(seed);
      const train = { freeze: ['first', 'second'] };
      return percent((await trainOnFew({ seed, train, options: { given } })).test.accuracy);
    },
  },
  holds: ({ difference }) => difference.low > 0,
};
