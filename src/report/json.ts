/** report.json: the report as it is. JSON has no NaN and no Infinity, so they become strings of that name. */
import { isList, isRecord } from '../space/json.ts';
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
    return isReport(parsed) ? (revive(parsed) as Report) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it has what every reader counts on: someone may have written over it. */
function isReport(value: unknown): boolean {
  if (!isRecord(value) || value['schema'] !== 'tune-report/1') return false;
  const { study, run, trials, history, top } = value;
  return [study, run].every(isRecord) && [trials, history, top].every(isList) && (trials as unknown[]).every(isRecord);
}

function withOddNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

const oddNumbers = new Map([NaN, Infinity, -Infinity].map(value => [String(value), value]));

/** Parts that hold the user's own values, where the text "NaN" may mean just that. */
const usersOwn = new Set(['config', 'space', 'name', 'message']);

function revive(value: unknown): unknown {
  if (typeof value === 'string') return oddNumbers.get(value) ?? value;
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, usersOwn.has(key) ? part : revive(part)]));
}
