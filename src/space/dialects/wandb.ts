/**
 * The parameters of W&B sweeps: { "values": [16, 32] }, { "min": 0, "max": 1 }, { "value": 3 }, with "distribution" where
 * it cannot be guessed. Bounds of log_uniform are exponents of e there; those of log_uniform_values are the values.
 */
import { z } from 'zod';
import { check } from '../issues.ts';
import { isRecord, show } from '../json.ts';
import { oneOf } from '../nearest.ts';
import type { Json } from '../space.ts';
import { below, refused, stepped, tidy, together, translated, type Dialect, type Translation } from './dialect.ts';

const distributions = [
  'constant', 'categorical', 'int_uniform', 'uniform', 'q_uniform', 'log_uniform', 'log_uniform_values', 'q_log_uniform', 'q_log_uniform_values',
] as const; // prettier-ignore

const json = z.custom<Json>(() => true);
const outer = z.strictObject({
  distribution: z.enum(distributions).optional(),
  values: z.array(json).optional(),
  value: json.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  q: z.number().positive().optional(),
});
const nested = z.strictObject({ parameters: z.record(z.string(), json) });

const places = { type: ['distribution'], low: ['min'], high: ['max'], step: ['q'], choices: ['values'] };

export const wandb: Dialect = {
  tool: 'W&B',
  schema: z.union([outer, nested]),
  recognizes: given =>
    ['values', 'value', 'min', 'max', 'distribution', 'parameters'].some(key => Object.hasOwn(given, key)),
  read(name, given) {
    if (isRecord(given['parameters'])) return below(['parameters'], readAll(given['parameters'], `${name}.`));
    const { distribution } = given;
    if (typeof distribution === 'string' && /normal|beta|inv_|probabilities/.test(distribution))
      return refused({
        path: ['distribution'],
        message: `"${distribution}" is not supported`,
        expected: oneOf(distributions),
      });
    const { data, findings } = check(outer, given);
    return data ? translate(name, data) : refused(...findings);
  },
};

/** Reads the "parameters" of a sweep or of a group; their names get the prefix. */
function readAll(parameters: Readonly<Record<string, Json>>, prefix: string): Translation {
  const all = Object.entries(parameters).map(([key, given]) => {
    const inner = isRecord(given)
      ? wandb.read(`${prefix}${key}`, given)
      : refused({
          path: [],
          message: `this is ${show(given)}`,
          expected: '{ "values": [ … ] } or { "min": …, "max": … }',
        });
    return below([key], inner);
  });
  return together(all);
}

function translate(name: string, { values, value, ...given }: z.infer<typeof outer>): Translation {
  const distribution = given.distribution ?? guess(values, value, given);
  if (distribution === 'categorical' && values)
    return translated(name, { type: 'categorical', choices: values }, places);
  if (distribution === 'constant' && value !== undefined)
    return translated(name, { type: 'categorical', choices: [value] }, { ...places, choices: ['value'] });
  if (distribution === 'categorical' || distribution === 'constant')
    return refused({
      path: [],
      message: `a ${distribution} parameter has no values`,
      expected: distribution === 'constant' ? '"value"' : '"values": [ … ]',
    });
  const { min: low, max: high, q = 1 } = given;
  if (low === undefined || high === undefined)
    return refused({ path: [], message: `"${low === undefined ? 'min' : 'max'}" is missing`, expected: 'a number' });
  const [from, to] = [tidy(Math.exp(low)), tidy(Math.exp(high))];
  switch (distribution) {
    case 'int_uniform':
      return translated(name, { type: 'int', low, high }, places);
    case 'uniform':
      return translated(name, { type: 'float', low, high }, places);
    case 'q_uniform':
      return translated(name, stepped(tidy(Math.round(low / q) * q), tidy(Math.round(high / q) * q), q), places);
    case 'log_uniform':
      return translated(name, { type: 'float', low: from, high: to, log: true }, places);
    case 'log_uniform_values':
      return translated(name, { type: 'float', low, high, log: true }, places);
    case 'q_log_uniform':
      return quantizedLog(name, from, to, q);
    case 'q_log_uniform_values':
      return quantizedLog(name, low, high, q);
  }
}

function guess(
  values: unknown,
  value: unknown,
  { min, max }: { min?: number | undefined; max?: number | undefined },
): (typeof distributions)[number] {
  if (values !== undefined) return 'categorical';
  if (value !== undefined) return 'constant';
  return Number.isInteger(min) && Number.isInteger(max) ? 'int_uniform' : 'uniform';
}

function quantizedLog(name: string, low: number, high: number, q: number): Translation {
  if (q === 1)
    return translated(
      name,
      { type: 'int', low: Math.max(1, Math.round(low)), high: Math.round(high), log: true },
      places,
    );
  return refused({
    path: ['q'],
    message: `steps of ${q} on the log scale`,
    expected: '1 (whole numbers)',
    hint: 'list the "values" otherwise',
  });
}
