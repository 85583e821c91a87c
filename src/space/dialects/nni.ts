/**
 * NNI's search spaces: { "_type": "loguniform", "_value": [1e-5, 0.1] }. Bounds are the values themselves, not their
 * logarithms; randint leaves its upper bound out; quniform rounds to multiples of q and clips to the bounds.
 */
import { z } from 'zod';
import { check } from '../issues.ts';
import { isRecord, show } from '../json.ts';
import type { Json } from '../space.ts';
import { maxChoices } from '../param-schema.ts';
import { below, refused, stepped, tidy, together, translated, type Dialect, type Translation } from './dialect.ts';

const types = ['choice', 'randint', 'uniform', 'quniform', 'loguniform', 'qloguniform'] as const;
const unbounded = ['normal', 'qnormal', 'lognormal', 'qlognormal'];

const outer = z.strictObject({ _type: z.enum(types), _value: z.array(z.custom<Json>(() => true)) });
const pair = z.tuple([z.number(), z.number()]);
const triple = z.tuple([z.number(), z.number(), z.number().positive()]);

const places = { type: ['_type'], low: ['_value', 0], high: ['_value', 1], step: ['_value', 2], choices: ['_value'] };

export const nni: Dialect = {
  tool: 'NNI',
  schema: outer,
  recognizes: given => Object.hasOwn(given, '_type'),
  read(name, given) {
    const { _type: type } = given;
    if (typeof type === 'string' && unbounded.includes(type))
      return refused({
        path: ['_type'],
        message: `"${type}" has no bounds`,
        expected: type.includes('log') ? '"loguniform" with bounds' : '"uniform" with bounds',
      });
    const shape = check(outer, given);
    if (!shape.data) return refused(...shape.findings);
    const values = shape.data._value;
    switch (shape.data._type) {
      case 'choice':
        return readChoice(name, values);
      case 'randint':
        return ranged(values, pair, ([low, upper]) => translated(name, { type: 'int', low, high: upper - 1 }, places));
      case 'uniform':
        return ranged(values, pair, ([low, high]) => translated(name, { type: 'float', low, high }, places));
      case 'loguniform':
        return ranged(values, pair, ([low, high]) => translated(name, { type: 'float', low, high, log: true }, places));
      case 'quniform':
        return ranged(values, triple, ([low, high, q]) => readQuantized(name, low, high, q));
      case 'qloguniform':
        return ranged(values, triple, ([low, high, q]) =>
          q === 1
            ? translated(name, { type: 'int', low, high, log: true }, places)
            : refused({
                path: ['_value', 2],
                message: `steps of ${q} on the log scale`,
                expected: '1 (whole numbers)',
                hint: 'list the values with "choice" otherwise',
              }),
        );
    }
  },
};

function ranged<T>(values: readonly Json[], schema: z.ZodType<T>, translate: (values: T) => Translation): Translation {
  const { data, findings } = check(schema, values);
  return data ? translate(data) : below(['_value'], refused(...findings));
}

/** Bounds that are no multiples of q are values too, because rounded values are clipped to them: then all values are listed. */
function readQuantized(name: string, low: number, high: number, q: number): Translation {
  const [from, to] = [tidy(low / q), tidy(high / q)];
  if (low > high || (Number.isInteger(from) && Number.isInteger(to)))
    return translated(name, stepped(low, high, q), places);
  const [first, last] = [Math.floor(from), Math.ceil(to)];
  if (last - first >= maxChoices)
    return refused({
      path: ['_value', 2],
      message: `steps of ${q} give too many values`,
      expected: `bounds that are multiples of ${q}`,
    });
  const multiples = Array.from({ length: last - first + 1 }, (_, k) => tidy((first + k) * q));
  const values = [...new Set(multiples.map(value => Math.min(high, Math.max(low, value))))];
  const middle = values[Math.floor(values.length / 2)]!;
  return translated(name, { type: 'categorical', choices: values, default: middle }, { type: ['_type'] });
}

/** Options with a "_name" open a sub-space: the choice is between the names, their parameters depend on it. */
function readChoice(name: string, options: readonly Json[]): Translation {
  const isNested = options.some(option => isRecord(option) && Object.hasOwn(option, '_name'));
  if (!isNested) return translated(name, { type: 'categorical', choices: options }, places);
  const inner = options.map((option, index) => below(['_value', index], readOption(name, option)));
  const choices = options.map(option => (isRecord(option) ? option['_name'] : option) ?? null);
  return together([translated(name, { type: 'categorical', choices }, places), ...inner]);
}

function readOption(parent: string, option: Json): Translation {
  if (!isRecord(option)) return { params: [], findings: [] };
  const { _name: chosen, ...params } = option;
  if (typeof chosen !== 'string')
    return refused({
      path: [],
      message: 'this option has no "_name"',
      expected: '"_name" in every option, or in none',
    });
  const nested = Object.entries(params).map(([key, given]) => {
    if (!isRecord(given))
      return below(
        [key],
        refused({ path: [], message: `this is ${show(given)}`, expected: '{ "_type": …, "_value": … }' }),
      );
    const { params: found, findings } = nni.read(`${parent}.${chosen}.${key}`, given);
    const when = { [parent]: [chosen] };
    // Parameters nested deeper have a condition of their own, on one of these.
    const conditional = found.map(param =>
      isRecord(param.spec) && !param.spec['when'] ? { ...param, spec: { ...param.spec, when } } : param,
    );
    return below([key], { params: conditional, findings });
  });
  return together(nested);
}
