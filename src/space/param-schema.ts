/** One parameter as a file gives it: its shape with zod, its meaning by hand. */
import { z } from 'zod';
import type { Finding } from './finding.ts';
import { check } from './issues.ts';
import { canonical, isRecord, show } from './json.ts';
import { orList, suggest } from './nearest.ts';
import type { ParamSpec } from './params.ts';
import { countValues, fromUnit, isLegal, toUnit } from './scale.ts';
import type { Json } from './space.ts';

export const maxChoices = 10_000;

const json = z.custom<Json>(() => true);

const common = {
  when: z
    .record(z.string(), z.array(json).min(1))
    .meta({ title: 'an object such as { "optimizer": ["sgd"] }' })
    .optional()
    .describe('active only while each named parameter has one of the listed values'),
  tune: z
    .enum(['search', 'gradient'])
    .optional()
    .describe('"gradient": the validation gradient may tune this parameter inside a trial'),
};
/** Keys that mean the same in every notation. */
export const shared = { ...common, default: json.optional().describe('value of trial 0') };

const log = z.boolean().default(false).describe('search on the logarithmic scale; with step: values low * step^k');

export const paramSchemas = {
  float: z.strictObject({
    type: z.literal('float'),
    low: z.number().describe('smallest value'),
    high: z.number().describe('largest value'),
    log,
    step: z.number().positive().nullable().default(null).describe('values are low + k * step; null: continuous'),
    default: z.number().optional().describe('value of trial 0; default: the middle of the search scale'),
    ...common,
  }),
  int: z.strictObject({
    type: z.literal('int'),
    low: z.int().describe('smallest value'),
    high: z.int().describe('largest value'),
    log,
    step: z.int().min(1).default(1).describe('values are low + k * step'),
    default: z.int().optional().describe('value of trial 0; default: the middle of the search scale'),
    ...common,
  }),
  categorical: z.strictObject({
    type: z.literal('categorical'),
    choices: z.array(json).min(1).max(maxChoices).describe('the values, each a JSON value'),
    default: json.optional().describe('value of trial 0; default: the first choice'),
    ...common,
  }),
  boolean: z.strictObject({
    type: z.literal('boolean'),
    default: z.boolean().default(false).describe('value of trial 0'),
    ...common,
  }),
};

type Shaped = z.infer<(typeof paramSchemas)[keyof typeof paramSchemas]>;

/** Reads one parameter in our form; paths of the findings start at it. */
export function readParam(given: Json): { readonly param?: ParamSpec; readonly findings: readonly Finding[] } {
  const kinds = Object.keys(paramSchemas);
  const example = 'a parameter such as { "type": "float", "low": 0, "high": 1 }';
  if (!isRecord(given)) return { findings: [{ path: [], message: `this is ${show(given)}`, expected: example }] };
  const { type } = given;
  if (type === undefined)
    return { findings: [{ path: [], at: 'key', message: '"type" is missing', expected: example }] };
  if (typeof type !== 'string' || !Object.hasOwn(paramSchemas, type))
    return { findings: [{ path: ['type'], message: `unknown type ${show(type)}`, ...suggest(String(type), kinds) }] };
  const { data, findings } = check<Shaped>(paramSchemas[type as keyof typeof paramSchemas], given);
  return data ? complete(data) : { findings };
}

function complete(shaped: Shaped): { param?: ParamSpec; findings: readonly Finding[] } {
  switch (shaped.type) {
    case 'boolean':
      return { param: shaped, findings: [] };
    case 'categorical': {
      const findings = findRepeated(shaped.choices);
      if (findings.length > 0) return { findings };
      return withDefault({ ...shaped, default: shaped.default ?? shaped.choices[0]! }, shaped.default);
    }
    default: {
      const findings = checkBounds(shaped);
      if (findings.length > 0) return { findings };
      // The middle of the scale needs a parameter; its own default plays no part in that.
      const bounded = reachable({ ...shaped, default: shaped.low });
      return withDefault({ ...bounded, default: fromUnit(bounded, 0.5) as number }, shaped.default);
    }
  }
}

function findRepeated(choices: readonly Json[]): readonly Finding[] {
  const seen = new Set<string>();
  return choices.flatMap((choice, index) =>
    seen.size < seen.add(canonical(choice)).size
      ? []
      : [{ path: ['choices', index], message: `${show(choice)} appears twice`, expected: 'each choice once' }],
  );
}

type Numeric = Extract<ParamSpec, { type: 'float' | 'int' }>;

/** More values than these cannot be told apart in the unit cube. */
const maxValues = 1e12;

function checkBounds(shaped: Extract<Shaped, { low: number }>): readonly Finding[] {
  const { type, low, high, log, step } = shaped;
  // The messages name no keys: other dialects have other ones.
  const refuse = (key: string, message: string, expected: string): readonly Finding[] => [
    { path: [key], message, expected },
  ];
  if (low > high) return refuse('low', `the lower bound ${low} is above the upper one, ${high}`, `at most ${high}`);
  if (high - low === Infinity) return refuse('high', 'the range is too large', 'a range up to 1.8e308');
  if (log && low <= 0)
    return refuse('low', `${low} is not on the log scale`, `a number above 0, such as ${type === 'int' ? 1 : '1e-5'}`);
  if (log && type === 'float' && step !== null && step <= 1)
    return refuse(
      'step',
      `steps by ${step} lead nowhere`,
      'a factor above 1: on the log scale, values are low * step^k',
    );
  const count = step === null ? 0 : countValues({ ...shaped, default: low });
  if (count > maxValues)
    return refuse(type === 'int' ? 'high' : 'step', `too many values from ${low} to ${high}`, 'at most 1e12 values');
  return [];
}

/** With a step, `high` becomes the last value that the steps reach, as in Optuna. */
function reachable<P extends Numeric>(param: P): P {
  const isStepped = param.type === 'int' ? param.step > 1 : param.step !== null;
  return isStepped && countValues(param) > 0 ? { ...param, high: fromUnit(param, 1) as number } : param;
}

function withDefault<P extends ParamSpec>(
  param: P,
  given: Json | undefined,
): { param?: P; findings: readonly Finding[] } {
  if (given === undefined) return { param, findings: [] };
  if (isLegal(param, given))
    return { param: { ...param, default: fromUnit(param, toUnit(param, given)) }, findings: [] };
  return { findings: [{ path: ['default'], message: `"default" is ${show(given)}`, expected: legalValues(param) }] };
}

/** "a whole number from 8 to 64 in steps of 8" */
export function legalValues(param: ParamSpec): string {
  if (param.type === 'boolean') return 'true or false';
  if (param.type === 'categorical') return orList(param.choices.map(choice => show(choice)));
  const { type, low, high, log, step } = param;
  const kind = type === 'int' ? 'a whole number' : 'a number';
  const isStepped = step !== null && !(type === 'int' && step === 1);
  return `${kind} from ${low} to ${high}${isStepped ? (log ? `: ${low} * ${step}^k` : ` in steps of ${step}`) : ''}`;
}
