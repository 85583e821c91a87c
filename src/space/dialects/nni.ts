/**
 * NNI's search spaces: { "_type": "loguniform", "_value": [1e-5, 0.1] }. Bounds are the values themselves, not their
 * logarithms; randint leaves its upper bound out; quniform rounds to multiples of q and clips to the bounds.
 */
import { z } from 'zod';
import { check } from '../issues.ts';
import { isRecord, show } from '../json.ts';
import type { Json } from '../space.ts';
import { maxChoices } from '../param-schema.ts';
import {
  below,
  readIn,
  refused,
  stepped,
  tidy,
  together,
  translated,
  under,
  type Dialect,
  type Translation,
} from './dialect.ts';

const types = ['choice', 'randint', 'uniform', 'quniform', 'loguniform', 'qloguniform'] as const;
const unbounded = ['normal', 'qnormal', 'lognormal', 'qlognormal'];

const outer = z.strictObject({
  _type: z.enum(types),
  _value: z.array(z.custom<Json>(value => value !== undefined)).min(1),
});
const pair = z.tuple([z.number(), z.number()]);
const wholePair = z.tuple([z.int(), z.int()]);
const triple = z.tuple([z.number(), z.number(), z.number().positive()]);
const wholeTriple = z.tuple([z.int(), z.int(), z.number().positive()]);

const places = { type: ['_type'], low: ['_value', 0], high: ['_value', 1], step: ['_value', 2], choices: ['_value'] };

export const nni: Dialect = {
  tool: 'NNI',
  shapes: [outer],
  recognizes: given => Object.hasOwn(given, '_type'),
  read(name, given) {
    const { _type: type } = given;
    if (typeof type === 'string' && unbounded.includes(type))
      return refused(name, {
        path: ['_type'],
        message: `"${type}" has no bounds`,
        expected: type.includes('log') ? '"loguniform" with bounds' : '"uniform" with bounds',
      });
    const shape = check(outer, given);
    if (!shape.data) return refused(name, ...shape.findings);
    const values = shape.data._value;
    const ranged = <T>(schema: z.ZodType<T>, translate: (values: T) => Translation): Translation => {
      const { data, findings } = check(schema, values, '_value');
      return data ? translate(data) : below(['_value'], refused(name, ...findings));
    };
    switch (shape.data._type) {
      case 'choice':
        return readChoice(name, values);
      case 'randint':
        return ranged(wholePair, ([low, upper]) => readWhole(name, low, upper));
      case 'uniform':
        return ranged(pair, ([low, high]) => translated(name, { type: 'float', low, high }, places));
      case 'loguniform':
        return ranged(pair, ([low, high]) => translated(name, { type: 'float', low, high, log: true }, places));
      case 'quniform':
        return ranged(triple, ([low, high, q]) => readQuantized(name, low, high, q));
      case 'qloguniform':
        return ranged(wholeTriple, ([low, high, q]) =>
          q === 1
            ? translated(name, { type: 'int', low, high, log: true }, places)
            : refused(name, {
                path: ['_value', 2],
                message: `steps of ${q} on the log scale`,
                expected: '1 (whole numbers)',
                hint: 'list the values with "choice" otherwise',
              }),
        );
    }
  },
};

function readWhole(name: string, low: number, upper: number): Translation {
  if (low < upper) return translated(name, { type: 'int', low, high: upper - 1 }, places);
  const message = `no whole number lies from ${low} to below ${upper}`;
  return refused(name, {
    path: ['_value', 1],
    message,
    expected: `at least ${low + 1}: randint leaves this bound out`,
  });
}

/** Bounds that are no multiples of q are values too, because rounded values are clipped to them: then all values are listed. */
function readQuantized(name: string, low: number, high: number, q: number): Translation {
  const [from, to] = [tidy(low / q), tidy(high / q)];
  if (low > high || (Number.isInteger(from) && Number.isInteger(to)))
    return translated(name, stepped(low, high, q), places);
  const [first, last] = [Math.floor(from), Math.ceil(to)];
  if (last - first >= maxChoices)
    return refused(name, {
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
  const choices = options.map(option => (isRecord(option) ? (option['_name'] ?? null) : option));
  const nameless = options.flatMap((option, index) =>
    isRecord(option) && typeof option['_name'] !== 'string' ? [index] : [],
  );
  const missing = nameless.map(index => ({
    path: ['_value', index],
    message: 'this option has no "_name"',
    expected: '"_name" with text in every option, or in none',
  }));
  const choice =
    missing.length > 0 ? refused(name, ...missing) : translated(name, { type: 'categorical', choices }, places);
  const inner = options.map((option, index) => below(['_value', index], readOption(name, option)));
  return together([choice, ...inner]);
}

function readOption(parent: string, option: Json): Translation {
  if (!isRecord(option)) return { params: [], findings: [] };
  const { _name: chosen, ...params } = option;
  if (typeof chosen !== 'string') return { params: [], findings: [] };
  const nested = Object.entries(params).map(([key, given]) =>
    below([key], readNested(`${parent}.${chosen}.${key}`, given, { [parent]: [chosen] })),
  );
  return together(nested);
}

/** Parameters nested deeper depend on this one, and so on the same condition. */
function readNested(name: string, given: Json, when: Json): Translation {
  if (!isRecord(given))
    return refused(name, { path: [], message: `this is ${show(given)}`, expected: '{ "_type": …, "_value": … }' });
  const { params, findings } = readIn(nni, name, given);
  return { params: params.map(param => (param.name === name ? under(when, param, []) : param)), findings };
}
