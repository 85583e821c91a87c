/**
 * The parameters of W&B sweeps: { "values": [16, 32] }, { "min": 0, "max": 1 }, { "value": 3 }, with "distribution" where
 * it cannot be guessed. Bounds of log_uniform are exponents of e there; those of log_uniform_values are the values.
 */
import { z } from 'zod';
import { formatNumber } from '../../text.ts';
import { check } from '../issues.ts';
import { isRecord, show } from '../json.ts';
import { suggest } from '../nearest.ts';
import type { Json } from '../space.ts';
import {
  below,
  readIn,
  refused,
  stepped,
  tidy,
  together,
  translated,
  type Dialect,
  type Translation,
} from './dialect.ts';

const json = z.custom<Json>(value => value !== undefined);
const bounds = { min: z.number(), max: z.number() };
const step = z.number().positive().default(1);

/** The keys of each distribution. */
const distributions = {
  categorical: z.strictObject({ values: z.array(json).min(1) }),
  constant: z.strictObject({ value: json }),
  int_uniform: z.strictObject({ min: z.int(), max: z.int() }),
  uniform: z.strictObject(bounds),
  q_uniform: z.strictObject({ ...bounds, q: step }),
  log_uniform: z.strictObject(bounds),
  log_uniform_values: z.strictObject(bounds),
  q_log_uniform: z.strictObject({ ...bounds, q: step }),
  q_log_uniform_values: z.strictObject({ ...bounds, q: step }),
};

type Name = keyof typeof distributions;
/** Those that need no name. */
const guessed: readonly string[] = ['categorical', 'constant', 'int_uniform', 'uniform'];

const group = z.strictObject({ parameters: z.record(z.string(), json) });

const places = { type: ['distribution'], low: ['min'], high: ['max'], step: ['q'], choices: ['values'] };

export const wandb: Dialect = {
  tool: 'W&B',
  shapes: [
    ...Object.entries(distributions).map(([name, keys]) => {
      const distribution = z.literal(name);
      return keys.extend({ distribution: guessed.includes(name) ? distribution.optional() : distribution });
    }),
    group,
  ],
  recognizes: given =>
    ['values', 'value', 'min', 'max', 'distribution', 'parameters'].some(key => Object.hasOwn(given, key)),
  read(name, given) {
    if (given['parameters'] !== undefined) return readGroup(name, given);
    const { distribution = guess(given), ...keys } = given;
    if (typeof distribution === 'string' && Object.hasOwn(distributions, distribution))
      return translate(name, distribution as Name, keys);
    const isUnbounded = typeof distribution === 'string' && /normal|beta/.test(distribution);
    const problem = isUnbounded
      ? { message: `"${distribution}" has no bounds`, expected: '"uniform" or "log_uniform_values" with bounds' }
      : {
          message: `unknown distribution ${show(distribution)}`,
          ...suggest(String(distribution), Object.keys(distributions)),
        };
    return refused(name, { path: ['distribution'], ...problem });
  },
};

function readGroup(name: string, given: Readonly<Record<string, Json>>): Translation {
  const { findings } = check(group, given);
  const entries = isRecord(given['parameters']) ? Object.entries(given['parameters']) : [];
  if (findings.length === 0 && entries.length === 0)
    return refused(name, { path: ['parameters'], message: 'the group has no parameters' });
  const inner = entries.map(([key, param]) => below(['parameters', key], readInGroup(`${name}.${key}`, param)));
  return together([{ params: [], findings }, ...inner]);
}

function readInGroup(name: string, given: Json): Translation {
  if (isRecord(given)) return readIn(wandb, name, given);
  const expected = '{ "values": [ … ] } or { "min": …, "max": … }';
  return refused(name, { path: [], message: `this is ${show(given)}`, expected });
}

function guess({ values, value, min, max }: Readonly<Record<string, Json>>): Name {
  if (values !== undefined) return 'categorical';
  if (value !== undefined) return 'constant';
  return Number.isInteger(min) && Number.isInteger(max) ? 'int_uniform' : 'uniform';
}

type Keys = Readonly<{ values: Json[]; value: Json; min: number; max: number; q: number }>;

function translate(name: string, distribution: Name, given: Readonly<Record<string, Json>>): Translation {
  const { data, findings } = check<Partial<Keys>>(distributions[distribution], given);
  if (!data) return refused(name, ...findings);
  // The check lets only those pass that have all keys of their distribution.
  const { values, value, min: low, max: high, q } = data as Keys;
  switch (distribution) {
    case 'categorical':
      return translated(name, { type: 'categorical', choices: values }, places);
    case 'constant':
      return translated(name, { type: 'categorical', choices: [value] }, { choices: ['value'] });
    case 'int_uniform':
      return translated(name, { type: 'int', low, high }, places);
    case 'uniform':
      return translated(name, { type: 'float', low, high }, places);
    case 'q_uniform':
      return translated(name, stepped(tidy(Math.round(low / q) * q), tidy(Math.round(high / q) * q), q), places);
    case 'log_uniform':
      return ofExponents(name, low, high, (from, to) =>
        translated(name, { type: 'float', low: from, high: to, log: true }, places),
      );
    case 'log_uniform_values':
      return translated(name, { type: 'float', low, high, log: true }, places);
    case 'q_log_uniform':
      return ofExponents(name, low, high, (from, to) => quantizedLog(name, from, to, q));
    case 'q_log_uniform_values':
      return quantizedLog(name, low, high, q);
  }
}

/** Bounds from 0 to 1 are refused too: learning rates are meant, and e^0.00001 to e^0.1 is next to nothing. */
function ofExponents(
  name: string,
  low: number,
  high: number,
  translate: (from: number, to: number) => Translation,
): Translation {
  const refuse = (key: string, message: string, expected: string): Translation =>
    refused(name, {
      path: [key],
      message,
      expected,
      hint: '"log_uniform_values" has the values themselves as bounds',
    });
  const [from, to] = [tidy(Math.exp(low)), tidy(Math.exp(high))];
  for (const [key, exponent] of Object.entries({ min: low, max: high }))
    if (Math.abs(exponent) > 700)
      return refuse(key, `e^${exponent} is no usable number`, 'an exponent of e from -700 to 700');
  if (low > 0 && low < high && high < 1)
    return refuse(
      'min',
      `from e^${low} to e^${high} is from ${formatNumber(from)} to ${formatNumber(to)}`,
      'an exponent of e: e^-9 is 1.2e-4',
    );
  return translate(from, to);
}

function quantizedLog(name: string, low: number, high: number, q: number): Translation {
  const whole = { type: 'int', low: Math.max(1, Math.round(low)), high: Math.round(high), log: true };
  if (q === 1) return translated(name, whole, places);
  return refused(name, {
    path: ['q'],
    message: `steps of ${q} on the log scale`,
    expected: '1 (whole numbers)',
    hint: 'list the "values" otherwise',
  });
}
