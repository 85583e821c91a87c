/**
 * Optuna's long form, as its storages keep it: { "name": "FloatDistribution", "attributes": { "low": 0, "high": 1 } },
 * with the names from before version 3. Its short form is ours.
 */
import { z } from 'zod';
import { check } from '../issues.ts';
import type { Json } from '../space.ts';
import { below, refused, translated, type Dialect } from './dialect.ts';

const bounds = { low: z.number(), high: z.number() };
const whole = { low: z.int(), high: z.int(), step: z.int().min(1).default(1) };
const log = z.boolean().default(false);
const json = z.custom<Json>(value => value !== undefined);

/** The attributes of each distribution, and the parameter that it is. */
const distributions = {
  FloatDistribution: {
    attributes: z.strictObject({ ...bounds, log, step: z.number().positive().nullable().default(null) }),
    fixed: { type: 'float' },
  },
  IntDistribution: { attributes: z.strictObject({ ...whole, log }), fixed: { type: 'int' } },
  CategoricalDistribution: {
    attributes: z.strictObject({ choices: z.array(json).min(1) }),
    fixed: { type: 'categorical' },
  },
  UniformDistribution: { attributes: z.strictObject(bounds), fixed: { type: 'float' } },
  LogUniformDistribution: { attributes: z.strictObject(bounds), fixed: { type: 'float', log: true } },
  DiscreteUniformDistribution: {
    attributes: z.strictObject({ ...bounds, q: z.number().positive() }),
    fixed: { type: 'float' },
  },
  IntUniformDistribution: { attributes: z.strictObject(whole), fixed: { type: 'int' } },
  IntLogUniformDistribution: { attributes: z.strictObject(whole), fixed: { type: 'int', log: true } },
} as const;

type Name = keyof typeof distributions;

const outer = z.strictObject({
  name: z.enum(Object.keys(distributions) as [Name, ...Name[]]),
  attributes: z.record(z.string(), json),
});

export const optuna: Dialect = {
  tool: 'Optuna',
  shapes: Object.entries(distributions).map(([name, { attributes }]) =>
    z.strictObject({ name: z.literal(name), attributes }),
  ),
  recognizes: ({ attributes, name }) =>
    attributes !== undefined || (typeof name === 'string' && name.endsWith('Distribution')),
  read(name, given) {
    const shape = check(outer, given);
    if (!shape.data) return refused(name, ...shape.findings);
    const { attributes, fixed } = distributions[shape.data.name];
    const inner = check<Record<string, Json>>(attributes, shape.data.attributes);
    if (!inner.data) return below(['attributes'], refused(name, ...inner.findings));
    const { q, ...rest } = inner.data;
    const places = Object.fromEntries(Object.keys(rest).map(key => [key, ['attributes', key]]));
    const spec = { ...fixed, ...rest, ...(q !== undefined && { step: q }) };
    return translated(name, spec, { ...places, type: ['name'], step: ['attributes', q === undefined ? 'step' : 'q'] });
  },
};
