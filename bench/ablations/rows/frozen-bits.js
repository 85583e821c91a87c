import { pretrainedOnGlyphs, trainOnFew } from '../transferring.js';

const changed = train => async seed => {
  const given = await pretrainedOnGlyphs(seed);
  const { weights } = await trainOnFew({ seed, train: { epochs: 10, ...train }, options: { given } });
  const early = weights.filter(({ name }) => /^(first|second)\./.test(name));
  return early.reduce((sum, { name, values }) => sum + differingBits(values, given.get(name)), 0);
};

/** Numbers of which any bit differs. */
function differingBits(values, before) {
  const [a, b] = [values, before].map(numbers => new Uint32Array(Float32Array.from(numbers).buffer));
  return a.filter((bits, index) => bits !== b[index]).length;
}

export default {
  name: 'frozen-bits',
  row: 'transfer: freeze by pattern',
  shows: 'frozen weights are bit-identical after training',
  data: '4000 drawn digits (glyphs), then 10 epochs on 200 images of mnist10k',
  unit: 'weights of both convolutions (1248) that changed',
  higherIsBetter: false,
  arms: { 'all layers train': changed({}), 'convolutions frozen': changed({ freeze: ['first', 'second'] }) },
  holds: ({ values }) => values['convolutions frozen'].every(count => count === 0),
};
