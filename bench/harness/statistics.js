/** What a few values say. */
import { createRng } from '../../dist/study/rng.js';

export { median } from '../../dist/stats/median.js';

const resamples = 2000;

/** The standard error of a statistic. Efron 1979. */
export function bootstrappedError(values, statistic) {
  const rng = createRng(1, 'bootstrap');
  const found = Array.from({ length: resamples }, () => statistic(values.map(() => values[rng.int(values.length)])));
  const center = mean(found);
  return Math.sqrt(mean(found.map(value => (value - center) ** 2)));
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
