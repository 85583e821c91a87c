/** What every reader of an earlier report counts on: someone may have written over the file. */
import { z } from 'zod';
import { isRecord } from '../space/json.ts';

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

export function isReadable(value: unknown): boolean {
  return readable.safeParse(value).success;
}
