import { percent } from '../common.js';
import { glyphs, pretrained, trainOnFew } from '../transferring.js';

export default {
  name: 'transfer',
  row: 'transfer: start from saved weights, replace the head',
  shows: 'better than from scratch at 200 target images',
  data: '4000 drawn digits (glyphs), then 200 images of mnist10k',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: {
    'from scratch': async seed => percent((await trainOnFew({ seed })).test.accuracy),
    transferred: async seed => {
      const given = await pretrained(glyphs, seed);
      return percent((await trainOnFew({ seed, options: { given } })).test.accuracy);
    },
  },
  holds: ({ difference }) => difference.low > 0,
};
