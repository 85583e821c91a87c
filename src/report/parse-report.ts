/** Reads report.json. Someone may have written over it: what every reader counts on has to be there. */
import { z } from 'zod';
import { isRecord } from '../space/json.ts';
import type { Report } from './report.ts';

const record = z.custom(isRecord);
const trial = z.int();

const readable = z.object({
  schema: z.literal('tune-report/1'),
  study: z.object({
    name: z.string(),
    metric: z.object({ name: z.string(), goal: z.enum(['minimize', 'maximize']) }),
    seed: z.number(),
    sampler: z.string(),
    pruner: z.string(),
    space: z.object({
      params: z.array(z.object({ name: z.string() })),
      constraints: z.array(z.string()),
    }),
  }),
  run: z.object({
    startedAt: z.string(),
    budget: record,
    slots: z.number(),
    environment: record,
    data: z.object({ hash: z.string() }).optional(),
  }),
  best: z.object({ trial, value: z.number(), config: record }).optional(),
  confirmed: z
    .array(z.object({ trial, values: z.array(z.number()), seeds: z.array(z.number()).optional() }))
    .optional(),
  history: z.array(z.object({ trial, best: z.number() })),
  top: z.array(trial),
  trials: z.array(z.object({ trial, config: record })),
  comparison: z.object({ verdict: z.object({ outcome: z.string(), sentence: z.string() }) }).optional(),
});

/** The inverse of toJsonText for reports; undefined when the text is no report. */
export function parseReport(text: string): Report | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return readable.safeParse(parsed).success ? (revive(parsed) as Report) : undefined;
  } catch {
    return undefined;
  }
}

const oddNumbers = new Map([NaN, Infinity, -Infinity].map(value => [String(value), value]));

/** Parts that hold the user's own values, where the text "NaN" may mean just that. */
const usersOwn = new Set([
  'config',
  'sections',
  'space',
  'name',
  'worker',
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
