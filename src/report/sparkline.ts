/** A curve in one line of text: ▇▅▃▂▁ */
import { meanOf } from '../stats/mean.ts';

const bars = '▁▂▃▄▅▆▇█';
const notANumber = '×';

/**
 * @param values low values get low bars; NaN and Infinity are shown as ×
 * @param width characters at most; longer curves show the mean of each stretch
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = shorten(values, width);
  const finite = shown.filter(Number.isFinite);
  // reduce, since Math.min(...values) overflows the stack for long curves
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const scale = high > low ? (bars.length - 1) / (high - low) : 0;
  return shown.map(value => (Number.isFinite(value) ? bars[Math.round((value - low) * scale)]! : notANumber)).join('');
}

function shorten(values: readonly number[], width: number): readonly number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, column) => {
    const start = Math.floor((column * values.length) / width);
    const stretch = values.slice(start, Math.floor(((column + 1) * values.length) / width));
    return meanOf(stretch);
  });
}
