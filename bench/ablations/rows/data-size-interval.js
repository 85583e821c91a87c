import { percent } from '../common.js';
import { growingDataText, predictAndMeasure } from '../growing-data.js';

async function isWithin(seed) {
  const { twice, measured } = await predictAndMeasure(seed);
  return percent(twice.low <= measured && measured <= twice.high ? 1 : 0);
}

export default {
  name: 'data-size-interval',
  row: 'data: data-size curve',
  shows: 'prediction within its interval on the held-out size',
  data: growingDataText,
  unit: 'measured loss within the interval, %',
  note: 'The intervals are wide: half of one is 14 to 32 % of the prediction on seeds 11 to 20, where 9 of 10 held; most measured losses were below the prediction.',
  higherIsBetter: true,
  arms: { interval: isWithin },
  holds: ({ mean }) => mean.interval >= 80,
};
