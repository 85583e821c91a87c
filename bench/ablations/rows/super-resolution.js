import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import digits from '../../../examples/super-resolution/data.js';
import { trainOnce } from '../common.js';

const example = new URL('../../../examples/super-resolution/', import.meta.url);
const text = readFileSync(new URL('space.json', example), 'utf8');

/** The example's network with this many recursions, at the better one of the example's learning rates (validation digits, seed 11). */
const recursions = (times, learningRate) => async seed => {
  const resolved = text.replace('"$recursions"', String(times)).replace('"$learningRate"', String(learningRate));
  const { data, model, train, metric } = parse(resolved);
  const module = fileURLToPath(new URL(data.module, example));
  const { test } = await trainOnce({ data: { ...data, module }, model, train, metric, seed });
  return test.psnr;
};

/** Of the inputs as they are. */
function bicubic() {
  const { inputs, targets, testSize } = digits();
  const ratios = targets.map((image, row) => {
    const squares = image.map((pixel, place) => (pixel - inputs[row * image.length + place]) ** 2);
    return 10 * Math.log10(image.length / squares.reduce((sum, square) => sum + square));
  });
  return ratios.slice(-testSize).reduce((sum, ratio) => sum + ratio) / testSize;
}

export default {
  name: 'super-resolution',
  row: 'layers: parameter sharing',
  shows: 'the same weights applied 16 times: better super-resolution than once',
  data: 'mnist10k halved to 14x14, 1,800 training digits, 2,000 test digits',
  unit: 'PSNR, dB',
  higherIsBetter: true,
  note: '738 weights with 1 recursion, and with 16 the shares of 15 more outputs in their sum; learning rate 0.005 and 0.002',
  arms: { bicubic, '1 recursion': recursions(1, 0.005), '16 recursions': recursions(16, 0.002) },
  holds: ({ values }) => values['16 recursions'].every((ratio, seed) => ratio > values['1 recursion'][seed]),
};
