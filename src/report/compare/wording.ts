/** How verdicts are written. */
import { isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import { formatNumber } from '../../text.ts';
import { cut } from '../cut.ts';
import { formatValue } from '../values.ts';
import type { Outcome } from './comparison.ts';

/** A word and a symbol for each, so that nothing depends on colour. */
export const outcomeWords: Readonly<Record<Outcome, { readonly symbol: string; readonly word: string }>> = {
  regressed: { symbol: '▼', word: 'Regressed' },
  improved: { symbol: '▲', word: 'Improved' },
  'no-change': { symbol: '=', word: 'No change' },
  'within-noise': { symbol: '≈', word: 'Within noise' },
  'not-enough-data': { symbol: '?', word: 'Not enough data' },
  'not-comparable': { symbol: '≠', word: 'Not comparable' },
};

/** Whole layers can be long. */
const longestFact = 120;

/** What is not as it was: hashes by their beginning, a whole parameter as "type float, low 0, high 0.5". */
export function formatFact(value: Json | undefined): string {
  const text = isRecord(value)
    ? Object.entries(value)
        .map(([key, part]) => `${key} ${formatValue(part)}`)
        .join(', ')
    : formatValue(value);
  return cut(
    text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{28,}/g, (_, beginning: string) => beginning),
    longestFact,
  );
}

/** "+6.9 %" of a value; "+0.0123" of zero. */
export function formatRelative(difference: number, of: number): string {
  return of === 0 ? signed(difference, formatNumber) : `${signed((100 * difference) / Math.abs(of), formatPercent)} %`;
}

/** "2.9 %" of a value; "0.0123" of zero. */
export function formatAmount(amount: number, of: number): string {
  return of === 0 ? formatNumber(amount) : `${formatPercent((100 * amount) / Math.abs(of))} %`;
}

/** "p = 0.0011", "p < 0.0001" */
export function formatP(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${Number(p.toPrecision(2))}`;
}

function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  return Number(text) === 0 ? '0' : `${value < 0 ? '-' : '+'}${text}`;
}

/** Two digits at least, and one place after the point. */
function formatPercent(percent: number): string {
  return percent >= 1 ? String(Number(percent.toFixed(1))) : String(Number(percent.toPrecision(2)));
}
