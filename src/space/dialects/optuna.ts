/**
 * Optuna's long form, as its storages keep it: { "name": "FloatDistribution", "attributes": { "low": 0, "high": 1 } },
 * with the names from before version 3. Its short form is ours.
 */
import { z } from 'zod';
import { check } from '../issues.ts';
import type { Json } from '../space.ts';
import { refused, translated, type Dialect } from './dialect.ts';

const bounds = { low: z.number(), high: z.number() };
const json = z.custom<Json>(() => true);

/** The attributes of each distribution, and the parameter that it is. */
const distributions = {
  FloatDistribution: {
    attributes: z.strictObject({
      ...bounds,
      log: z.boolean().default(false),
      step: z.number().nullable().default(null),
    }),
    fixed: { type: 'float' },
  },
  IntDistribution: {
    attributes: z.strictObject({ ...bounds, log: z.boolean().default(false), step: z.number().default(1) }),
    fixed: { type: 'int' },
  },
  CategoricalDistribution: { attributes: z.strictObject({ choices: z.array(json) }), fixed: { type: 'categorical' } },
  UniformDistribution: { attributes: z.strictObject(bounds), fixed: { type: 'float' } },
  LogUniformDistribution: { attributes: z.strictObject(bounds), fixed: { type: 'float', log: true } },
  DiscreteUniformDistribution: { attributes: z.strictObject({ ...bounds, q: z.number() }), fixed: { type: 'float' } },
  IntUniformDistribution: {
    attributes: z.strictObject({ ...bounds, step: z.number().default(1) }),
    fixed: { type: 'int' },
  },
  IntLogUniformDistribution: {
    attributes: z.strictObject({ ...bounds, step: z.number().default(1) }),
    fixed: { type: 'int', log: true },
  },
} as const;

type Name = keyof typeof distributions;

const outer = z.strictObject({
  name: z.enum(Object.keys(distributions) as [Name, ...Name[]]),
  attributes: z.record(z.string(), json),
});

export const optuna: Dialect = {
  tool: 'Optuna',
  schema: outer,
  recognizes: given => Object.hasOwn(given, 'attributes'),
  read(name, given) {
    const shape = check(outer, given);
    if (!shape.data) return refused(...shape.findings);
    const { attributes, fixed } = distributions[shape.data.name];
    const inner = check<Record<string, Json>>(attributes, shape.data.attributes);
    if (!inner.data)
      return refused(...inner.findings.map(finding => ({ ...finding, path: ['attributes', ...finding.path] })));
    const { q, ...rest } = inner.data;
    const places = Object.fromEntries(Object.keys(rest).map(key => [key, ['attributes', key]]));
    const spec = { ...fixed, ...rest, ...(q !== undefined && { step: q }) };
    return translated(name, spec, { ...places, type: ['name'], step: ['attributes', q === undefined ? 'step' : 'q'] });
  },
};
