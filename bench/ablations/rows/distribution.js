import { createRng } from '../../../dist/study/rng.js';
import { compareParts } from '../../../dist/train/data/distribution.js';
import { partsOf } from '../../../dist/train/data/parts.js';
import { dataSection, loadDataset } from '../../../dist/train/data/section.js';
import { breastCancer, dataFolder, digits, energy, percent } from '../common.js';

const sources = [breastCancer, digits, energy];
const splits = 10;

/** @param spoil changes a data set after it was split; what it changes is the check's to find */
const alarms = spoil => async seed => {
  let found = 0;
  for (const source of sources) {
    const section = dataSection.parse(source);
    const dataset = await loadDataset(section, dataFolder, seed);
    for (let index = 0; index < splits; index++) {
      const rng = createRng(seed, 'split', index);
      const parts = partsOf(dataset, section, rng.int(2 ** 31));
      if (compareParts(spoil(dataset, parts, rng), parts).length > 0) found++;
    }
  }
  return percent(found / (splits * sources.length));
};

/** A feature of the test rows is half a standard deviation too large: a sensor that was calibrated anew. */
function shifted(dataset, { train, test }, rng) {
  const { size, inputs } = dataset;
  const width = inputs.length / size;
  const valuesOf = column => Array.from(train, row => inputs[row * width + column]);
  const deviations = Array.from({ length: width }, (_, column) => deviationOf(valuesOf(column)));
  const varied = deviations.flatMap((deviation, column) => (deviation > 0 ? [column] : []));
  const column = varied[rng.int(varied.length)];
  const changed = inputs.slice();
  for (const row of test) changed[row * width + column] += deviations[column];
  return { ...dataset, inputs: changed };
}

function deviationOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

export default {
  name: 'distribution',
  row: 'data: split and distribution',
  shows: 'a planted shift is found, none on a random split',
  data: `breast cancer, scikit-learn digits and energy, ${splits} random splits of each; planted: one feature of the test rows is a standard deviation larger`,
  unit: 'splits with an alarm, %',
  note: 'By its level, about 0.4 % of random splits may alarm.',
  higherIsBetter: true,
  arms: { 'random split': alarms(dataset => dataset), 'planted shift': alarms(shifted) },
  holds: ({ mean }) => mean['random split'] <= 1 && mean['planted shift'] >= 95,
};
