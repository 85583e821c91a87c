/** report.json: the report as it is. JSON has no NaN and no Infinity, so they become strings of that name. */
import { isReadable } from './readable.ts';
import type { Report } from './report.ts';

/** One JSON document for machines, with a line break at its end. */
export function toJsonText(document: unknown): string {
  return `${JSON.stringify(document, withOddNumbers, 2)}\n`;
}

/** The same on a single line. */
export function toJsonLine(document: unknown): string {
  return `${JSON.stringify(document, withOddNumbers)}\n`;
}

/** The inverse of toJsonText for reports; undefined when the text is no report. */
export function parseReport(text: string): Report | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isReadable(parsed) ? (revive(parsed) as Report) : undefined;
  } catch {
    return undefined;
  }
}

function withOddNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

const oddNumbers = new Map([NaN, Infinity, -Infinity].map(value => [String(value), value]));

/** Parts that hold the user's own values, where the text "NaN" may mean just that. */
const usersOwn = new Set([
  'config',
  'sections',
  'space',
  'name',
  'message',
  'changes',
  'parameter',
  'parameters',
  'at',
  'from',
  'to',
]);

function revive(value: unknown): unknown {
  if (typeof value === 'string') return oddNumbers.get(value) ?? value;
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, usersOwn.has(key) ? part : revive(part)]));
}
