/** The paths that the sections of a study name in any of its configurations, so that other machines can have what they lead to. */
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import { completeConfig } from '../space/complete-config.ts';
import { isRecord } from '../space/json.ts';
import { referencesIn, referredName } from '../space/references.ts';
import { resolve } from '../space/resolve.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';
import { loaders } from './data/loaders/index.ts';
import { dataSection, sourceLoader } from './data/section.ts';

export interface Templates {
  readonly space: Space;
  readonly data?: Json;
  readonly train?: Json;
}

export interface NamedPaths {
  /** Files, or folders that are read as a whole. */
  readonly data: readonly string[];
  /** Where "transfer" finds weights. */
  readonly weights: readonly string[];
}

/** As much of "train" as has a path. */
const transferring = z.object({ transfer: z.object({ from: z.string() }) });

/** @throws TuneError DATA_INVALID where too many parameters choose among files */
export function namedPaths(templates: Templates): NamedPaths {
  const { space, data, train } = templates;
  const parts = [partOf(data, Object.keys(loaders)), partOf(train, ['transfer'])].filter(each => each !== undefined);
  const configs = parts.flatMap(part => configsOf(space, part));
  const found = configs.map(config => pathsWith(templates, config));
  return {
    data: [...new Set(found.flatMap(paths => paths.data))],
    weights: [...new Set(found.flatMap(paths => paths.weights))],
  };
}

/** The paths with one configuration. */
export function pathsWith({ space, data = null, train = null }: Templates, config: Config): NamedPaths {
  // What is no section fails as a trial does, with its own words.
  const source = dataSection.safeParse(resolve(data, space, config)).data;
  const weights = transferring.safeParse(resolve(train, space, config)).data;
  const { loader, knobs } = source ? sourceLoader(source) : {};
  return {
    data: (loader?.files?.(knobs) ?? []).filter(path => path !== undefined),
    weights: weights ? [weights.transfer.from] : [],
  };
}

/** The entries of a section that have a path in them, or may have one. */
function partOf(template: Json | undefined, keys: readonly string[]): Json | undefined {
  if (!isRecord(template)) return template;
  const entries = Object.entries(template).filter(([key]) => keys.includes(key) || referredName(key) !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const mostConfigs = 10_000;

/** A configuration for each combination of values that a template depends on; one where it depends on none. */
function configsOf(space: Space, template: Json): readonly Config[] {
  const params = paramsOf(space, template);
  let combinations: readonly ReadonlyMap<string, Json>[] = [new Map()];
  for (const param of params) {
    const values = valuesOf(param, params);
    if (combinations.length * values.length > mostConfigs)
      throw new TuneError('DATA_INVALID', {
        message: `the files of the study depend on ${params.map(({ name }) => `"${name}"`).join(', ')} in more than ${mostConfigs} ways`,
        hint: 'leave a parameter or some of the choices out',
      });
    combinations = combinations.flatMap(known => values.map(value => new Map([...known, [param.name, value]])));
  }
  return combinations.map(known => completeConfig(space, ({ name, default: usual }) => known.get(name) ?? usual));
}

/** The parameters that a template refers to, by way of others too, and those that decide whether these are active. */
function paramsOf(space: Space, template: Json): readonly Param[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    const param = space.params.find(each => each.name === name);
    if (!param || found.has(name)) return;
    found.add(name);
    Object.keys(param.when ?? {}).forEach(add);
    if (param.type === 'categorical') referencesIn(param.choices).forEach(reference => add(reference.name));
  };
  referencesIn(template).forEach(({ name }) => add(name));
  return space.params.filter(({ name }) => found.has(name));
}

/** Of numbers, which are no paths, those that conditions ask for. */
function valuesOf(param: Param, params: readonly Param[]): readonly Json[] {
  if (param.type === 'categorical') return param.choices;
  return [...new Set([param.default, ...params.flatMap(({ when }) => when?.[param.name] ?? [])])];
}
