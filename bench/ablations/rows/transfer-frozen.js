import { percent } from '../common.js';
import { glyphs, pretrained, trainOnFew } from '../transferring.js';

export default {
  name: 'transfer-frozen',
  row: 'transfer: freeze by pattern',
  shows: 'better than from scratch at 200 target images, with both convolutions as they came',
  data: '4000 drawn digits (glyphs), then 200 images of mnist10k',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: {
    'from scratch': async seed => percent((await trainOnFew({ seed })).test.accuracy),
    'convolutions frozen': async seed => {
      const given = await pretrained(glyphs, seed);
      const train = { freeze: ['first', 'second'] };
      return percent((await trainOnFew({ seed, train, options: { given } })).test.accuracy);
    },
  },
  holds: ({ difference }) => difference.low > 0,
};
