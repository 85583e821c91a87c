/** Configurations of other tools as flat ones, with the names that the dialects of space files give to nested parameters. */
import { isRecord } from '../../space/json.ts';
import type { Config, Json } from '../../space/space.ts';

/** W&B: { "model": { "units": 3 } } has "model.units". */
export function flattenGroups(given: Config): Config {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => entriesOf(name, value)));
}

function entriesOf(name: string, value: Json): readonly (readonly [string, Json])[] {
  if (!isRecord(value) || Object.keys(value).length === 0) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => entriesOf(`${name}.${key}`, inner));
}

/** NNI: { "optimizer": { "_name": "sgd", "momentum": 0.9 } } has "optimizer", which is "sgd", and "optimizer.sgd.momentum". */
export function flattenChoices(given: Config): Config {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => choicesOf(name, value)));
}

function choicesOf(name: string, value: Json): readonly (readonly [string, Json])[] {
  if (!isRecord(value) || typeof value['_name'] !== 'string') return [[name, value]];
  const { _name: chosen, ...inner } = value;
  const nested = Object.entries(inner).flatMap(([key, each]) => choicesOf(`${name}.${chosen}.${key}`, each));
  return [[name, chosen], ...nested];
}
