import { percent } from '../common.js';
import { growingDataText, predictAndMeasure } from '../growing-data.js';

const error = of => async seed => {
  const { measured, ...known } = await predictAndMeasure(seed);
  return percent(Math.abs(of(known) - measured) / measured);
};

export default {
  name: 'data-size',
  row: 'data: data-size curve',
  shows: 'the law knows better what twice the data brings than the loss of today',
  data: growingDataText,
  unit: 'error of the predicted validation loss, % of the measured one',
  higherIsBetter: false,
  arms: { 'as now': error(({ now }) => now.loss), 'power law': error(({ twice }) => twice.loss) },
  holds: ({ difference }) => difference.high < 0,
};
