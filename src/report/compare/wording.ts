/** How verdicts are written. */
import { formatNumber } from '../../text.ts';
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
