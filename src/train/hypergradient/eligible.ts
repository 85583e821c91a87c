/**
 * Which parameters of a configuration the validation gradient can tune: those that change nothing but continuous inputs of
 * the compiled step. To find out, the configuration is planned with two values of a parameter, and compared.
 */
import { constraintNames } from '../../space/constraint-names.ts';
import { equalJson, isRecord } from '../../space/json.ts';
import type { FloatParam } from '../../space/params.ts';
import { resolve } from '../../space/resolve.ts';
import { countValues, fromUnit } from '../../space/scale.ts';
import type { Config, Param, Space } from '../../space/space.ts';
import type { Technique } from '../../space/technique.ts';
import { configure, tryToConfigure, type Configured, type Templates } from '../configured.ts';
import type { DataShape } from '../program.ts';
import { isChosen } from '../structure.ts';
import { coordinateOf } from './coordinate.ts';
import type { TunedParameter } from './tuning.ts';

export interface Eligibility {
  readonly tuned: readonly TunedParameter[];
  readonly refused: readonly Refused[];
}

export interface Refused {
  readonly name: string;
  /** "it moves in steps" */
  readonly reason: string;
}

/**
 * Parameters that are not active are in neither list.
 * @param params of the space. Default: all that are real numbers
 * @param here what the templates make of the configuration
 * @throws TuneError MODEL_INVALID where the configuration makes no training
 */
export function eligibility(
  templates: Templates,
  data: DataShape,
  config: Config,
  params: readonly Param[] = templates.space.params.filter(({ type }) => type === 'float'),
  here: Configured = configure(templates, data, config),
): Eligibility {
  const judged = params
    .filter(({ name }) => Object.hasOwn(config, name))
    .map(param => ({ name: param.name, verdict: judge(param, here, templates, data, config) }));
  return {
    tuned: judged.flatMap(({ verdict }) => (typeof verdict === 'string' ? [] : [verdict])),
    refused: judged.flatMap(({ name, verdict }) => (typeof verdict === 'string' ? [{ name, reason: verdict }] : [])),
  };
}

/** The parameter as it is tuned, or why it is not. */
function judge(
  param: Param,
  here: Configured,
  templates: Templates,
  data: DataShape,
  config: Config,
): TunedParameter | string {
  const { name } = param;
  if (param.type !== 'float') return 'only real numbers have a gradient';
  const fixed = whyFixed(param, templates.space);
  if (fixed !== undefined) return fixed;
  const value = config[name] as number;
  const moved = otherValue(param, value);
  const changed = { ...config, [name]: moved };
  const section = (['data', 'after'] as const).find(name => {
    const template = templates[name];
    if (template === undefined) return false;
    return !equalJson(resolve(template, templates.space, config), resolve(template, templates.space, changed));
  });
  if (section !== undefined) return `it changes "${section}"`;
  const there = tryToConfigure(templates, data, changed);
  if (typeof there === 'string') return `with ${moved} there is no training: ${there}`;

  const differences = [...differencesOf(here.model, there.model, ['model']), ...differencesOf(here.train, there.train)];
  const [reason] = differences.flatMap(difference => whyNot(difference) ?? []);
  if (reason !== undefined) return reason;
  if (here.phases.some(({ program }, phase) => program.structure !== there.phases[phase]?.program.structure))
    return 'it decides the graph of a training step';
  const [before, after] = [here, there].map(({ phases }) => phases.at(-1)!.program.hyper) as [Hyper, Hyper];
  const hyper = Object.keys(before).filter(input => before[input] !== after[input]);
  if (hyper.length === 0 || !hyper.every(input => before[input] === value && after[input] === moved))
    return 'no input of the training step has its value';
  const isDecay = differences.every(({ knob }) => knob !== undefined && decays.has(knob));
  return { name, hyper, coordinate: coordinateOf(param, isDecay) };
}

type Hyper = Readonly<Record<string, number>>;

/** What in the space itself speaks against it. */
function whyFixed(param: FloatParam & { readonly name: string }, space: Space): string | undefined {
  if (param.step !== null) return 'it moves in steps';
  if (countValues(param) === 1) return 'it has a single value';
  if (space.params.some(({ when = {} }) => Object.hasOwn(when, param.name))) return 'other parameters depend on it';
  if (constraintNames(space).has(param.name)) return 'a constraint names it';
  return undefined;
}

function otherValue(param: FloatParam, value: number): number {
  const [low, high] = [fromUnit(param, 0.25), fromUnit(param, 0.75)] as [number, number];
  return value === low ? high : low;
}

/** Shares of averages that stay in a step, by the names that Keras gives them. */
const decays: ReadonlySet<string> = new Set(['momentum', 'rho', 'beta1', 'beta2', 'beta3']);

/** Coefficients of "train" that belong to no technique. */
const coefficients: ReadonlySet<string> = new Set(['l1', 'l2', 'weightDecay', 'learningRates', 'classWeights']);

/** A place in checked sections that has two values. */
interface Difference {
  readonly path: readonly string[];
  /** The technique that it is in, and the knob of that. */
  readonly technique?: Technique;
  readonly knob?: string;
}

function differencesOf(
  a: unknown,
  b: unknown,
  path: readonly string[] = [],
  owner: Partial<Difference> = {},
): Difference[] {
  if (isChosen(a) && isChosen(b) && a.technique === b.technique) {
    const [knobs, others] = [a.knobs, b.knobs] as [Fields, Fields];
    const { technique } = a;
    return keysOf(knobs, others).flatMap(knob =>
      differencesOf(knobs[knob], others[knob], [...path, knob], { technique, knob }),
    );
  }
  const areBoth = (Array.isArray(a) && Array.isArray(b)) || (isRecord(a) && isRecord(b) && !isChosen(a));
  if (!areBoth) return Object.is(a, b) ? [] : [{ path, ...owner }];
  const [fields, others] = [a, b] as unknown as [Fields, Fields];
  return keysOf(fields, others).flatMap(key => differencesOf(fields[key], others[key], [...path, key], owner));
}

type Fields = Readonly<Record<string, unknown>>;

function keysOf(a: Fields, b: Fields): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

/** Why a value in this place has no gradient. */
function whyNot({ path, technique, knob }: Difference): string | undefined {
  if (technique === undefined || knob === undefined)
    return coefficients.has(path[0]!) ? undefined : `"${path.join('.')}" is no continuous input of a training step`;
  const of = `"${knob}" of ${technique.name}`;
  const reason = technique.untunable?.[knob];
  if (reason !== undefined) return `${of}: ${reason}`;
  return technique.continuous?.includes(knob) ? undefined : `${of} is no continuous input of a training step`;
}
