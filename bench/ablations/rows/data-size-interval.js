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
  note: 'Five seeds say little of a share; on seeds 11 to 20 it was 9 of 10. The intervals are wide, half of one is 14 to 32 % of the prediction, and the measured loss was below the prediction each time there.',
  higherIsBetter: true,
  arms: { interval: isWithin },
  holds: ({ mean }) => mean.interval >= 80,
};
