/** A report in which every text that is not ours says something else. */
import type { Report } from '../../../src/report/report.ts';

/** Words of ours, and moments. */
const ours = new Set([
  'schema',
  'state',
  'goal',
  'type',
  'cause',
  'stopped',
  'hypergradient',
  'estimator',
  'curveClass',
  'rule',
  'confidence',
  'op',
  'outcome',
  'gainFrom',
  'noiseFrom',
  'part',
  'test',
  'task',
  'startedAt',
  'finishedAt',
  'tune',
  'folder',
]);

/** Their keys are the user's too. */
const named = new Set(['config', 'metrics', 'learned', 'evidence', 'when', 'values']);

/** The same text becomes the same everywhere, and different ones stay different. */
export function hostile(report: Report, payload: string): Report {
  const known = new Map<string, string>();
  const say = (text: string): string => {
    if (!known.has(text)) known.set(text, `${payload} ${known.size}`);
    return known.get(text)!;
  };
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return ours.has(key) ? value : say(value);
    if (Array.isArray(value)) return value.map(part => walk(part, typeof part === 'string' ? key : ''));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, part]) => [named.has(key) ? say(name) : name, walk(part, name)]));
  };
  return walk(report, '') as Report;
}
