/** Parameters as Optuna's distributions, and values as the numbers that Optuna stores for them. */
import { equalJson } from '../space/json.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';

/** Optuna's long form, which every reader of its journals knows. */
interface Distribution {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Choices {
  readonly choices?: readonly Json[];
}

/**
 * A parameter as Optuna's JSON text. Optuna has no grid on the log scale: such a parameter becomes a log distribution
 * without the grid, so that its charts and importances keep their scale. Choices that are lists or objects become their
 * JSON text. The study's own attribute keeps the space as it is.
 */
export function distributionText(param: Param): string {
  return JSON.stringify(distributionOf(param));
}

function distributionOf(param: Param): Distribution {
  switch (param.type) {
    case 'float': {
      const { low, high, log, step } = param;
      return { name: 'FloatDistribution', attributes: { step: log ? null : step, low, high, log } };
    }
    case 'int': {
      const { low, high, log, step } = param;
      return { name: 'IntDistribution', attributes: { log, step: log ? 1 : step, low, high } };
    }
    case 'categorical':
    case 'boolean': {
      return { name: 'CategoricalDistribution', attributes: { choices: choicesOf(param).map(plainChoice) } };
    }
  }
}

/** Optuna's number for a value: the index of a choice, a number itself. */
export function internalValue(param: Param, value: Json): number {
  if (param.type === 'float' || param.type === 'int') return value as number;
  return choicesOf(param).findIndex(choice => equalJson(choice, value));
}

/** Finds the choices in the text of a distribution; undefined for numbers. */
export type ReadChoices = (distribution: string) => readonly Json[] | undefined;

/** All trials of a study have the same few distributions: each is read once. */
export function createReadChoices(): ReadChoices {
  const known = new Map<string, readonly Json[] | undefined>();
  return text => {
    if (!known.has(text)) {
      // Optuna's short form has the attributes at the top.
      const stored = JSON.parse(text) as { attributes?: Choices } & Choices;
      known.set(text, (stored.attributes ?? stored).choices);
    }
    return known.get(text);
  };
}

/** The values behind Optuna's numbers. Choices are looked up in our space first, where lists and objects are whole. */
export function externalValues(
  space: Space | undefined,
  internal: Readonly<Record<string, number>>,
  distributions: Readonly<Record<string, string>>,
  readChoices: ReadChoices,
): Config {
  const config: Record<string, Json> = {};
  for (const name of Object.keys(internal)) {
    const number = internal[name]!;
    const choices = readChoices(distributions[name]!);
    config[name] = choices ? chosen(space, name, choices, number) : number;
  }
  return config;
}

function chosen(space: Space | undefined, name: string, choices: readonly Json[], number: number): Json {
  const plain = choices[number]!;
  const param = space?.params.find(param => param.name === name);
  if (param?.type !== 'categorical' && param?.type !== 'boolean') return plain;
  // Optuna may have begun the study, with its choices in another order.
  const own = choicesOf(param);
  const isSame = (choice: Json | undefined): boolean => choice !== undefined && plainChoice(choice) === plain;
  return (isSame(own[number]) ? own[number] : own.find(isSame)) ?? plain;
}

/** Values as Optuna takes them when they are enqueued. */
export function plainValues(values: Config): Config {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainChoice(value)]));
}

/** Values that were enqueued for Optuna: choices of ours that are lists or objects are whole again. */
export function ownValues(space: Space | undefined, plain: Config): Config {
  const entries = Object.entries(plain).map(([name, value]): [string, Json] => {
    const param = space?.params.find(param => param.name === name);
    if (param?.type !== 'categorical') return [name, value];
    return [name, param.choices.find(choice => plainChoice(choice) === value) ?? value];
  });
  return Object.fromEntries(entries);
}

function choicesOf(param: Extract<Param, { type: 'categorical' | 'boolean' }>): readonly Json[] {
  return param.type === 'boolean' ? [false, true] : param.choices;
}

/** A choice as Optuna takes it: lists and objects as their JSON text. */
function plainChoice(choice: Json): null | boolean | number | string {
  return typeof choice === 'object' && choice !== null ? JSON.stringify(choice) : choice;
}
