/**
 * Random knobs of techniques, from their schemas: as a file gives them, in pairs that differ in the continuous knobs
 * alone. Sizes stay small.
 */
import * as fc from 'fast-check';
import type { z } from 'zod';
import type { Json } from '../../src/space/space.ts';
import { choicesOf, type Technique } from '../../src/space/technique.ts';
import { holdsLayers } from './programs.ts';

export type Pair = readonly [Json | undefined, Json | undefined];

/** What zod keeps in its schemas: the parts that knobs are made of. */
interface Schema {
  readonly def: {
    readonly type: string;
    readonly innerType?: Schema;
    readonly options?: readonly Schema[];
    readonly items?: readonly Schema[];
    readonly element?: Schema;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly values?: readonly Json[];
    readonly entries?: Readonly<Record<string, string>>;
  };
  readonly isInt?: boolean;
  readonly minValue?: number;
  readonly maxValue?: number;
}

export function knobNames(technique: Technique): string[] {
  return Object.keys(shapeOf(technique));
}

export function pairOf(technique: Technique, depth = 2): fc.Arbitrary<Pair> {
  const knobs = Object.entries(shapeOf(technique)).map(
    ([name, schema]) => [name, pairOfKnob(technique, name, schema, depth)] as const,
  );
  return fc.record(Object.fromEntries(knobs)).map(pairs => transposed(pairs));
}

/** @param name of a knob of the technique */
export function pairOfKnob(
  technique: Technique,
  name: string,
  schema: unknown = shapeOf(technique)[name],
  depth = 2,
): fc.Arbitrary<Pair> {
  const isContinuous = (technique.continuous ?? []).includes(name);
  const value = pairs(schema as Schema, depth);
  if (!isContinuous) return value;
  // Whether an optional one is there decides the graph.
  return fc
    .tuple(value, value)
    .map(([[a], [b]]): Pair => [a, b])
    .filter(([a, b]) => (a === undefined) === (b === undefined));
}

function shapeOf({ name, knobs }: Technique): Readonly<Record<string, Schema>> {
  const { shape } = (knobs as unknown as Schema).def;
  if (!shape) throw new Error(`the knobs of ${name} are no object`);
  return shape;
}

function pairs(schema: Schema, depth: number): fc.Arbitrary<Pair> {
  const choices = choicesOf.get(schema as unknown as z.ZodType);
  if (choices) return fc.oneof(...Object.values(choices()).flatMap(technique => choice(technique, depth)));
  const { type, innerType, options = [], items = [], element, shape = {}, values = [], entries = {} } = schema.def;
  const known: Readonly<Record<string, () => fc.Arbitrary<Pair>>> = {
    optional: () => fc.oneof(same(undefined), pairs(innerType!, depth)),
    default: () => pairs(innerType!, depth),
    prefault: () => pairs(innerType!, depth),
    union: () => fc.oneof(...options.map(option => pairs(option, depth))),
    tuple: () => fc.tuple(...items.map(item => pairs(item, depth))).map(listOf),
    array: () => fc.array(pairs(element!, depth), { maxLength: 2 }).map(listOf),
    object: () => fc.record(mapValues(shape, inner => pairs(inner, depth))).map(transposed),
    boolean: () => fc.boolean().map(equal),
    literal: () => fc.constantFrom(...values).map(equal),
    enum: () => fc.constantFrom(...Object.values(entries)).map(equal),
    number: () => number(schema).map(equal),
    string: () => fc.constantFrom('one', 'two').map(equal),
  };
  if (!Object.hasOwn(known, type)) throw new Error(`teach ${import.meta.filename} about knobs of zod's type ${type}`);
  return known[type]!();
}

/** Layers in layers end somewhere. */
function choice(technique: Technique, depth: number): fc.Arbitrary<Pair>[] {
  const inner =
    depth > 0 ? [pairOf(technique, depth - 1)] : holdsLayers(knobNames(technique)) ? [] : [pairOf(technique, 0)];
  return inner.map(knobs => knobs.map(([a, b]): Pair => [{ [technique.name]: a! }, { [technique.name]: b! }]));
}

function number({ isInt = false, minValue = 0, maxValue = 1 }: Schema): fc.Arbitrary<number> {
  const low = Number.isFinite(minValue) ? minValue : -1;
  const high = Math.min(Number.isFinite(maxValue) ? maxValue : low + 1, low + (isInt ? 4 : 1));
  if (isInt) return fc.integer({ min: low, max: high });
  // Bounds may be excluded.
  return fc.double({ min: low + 0.01 * (high - low), max: low + 0.9 * (high - low), noNaN: true });
}

function same(value: Json | undefined): fc.Arbitrary<Pair> {
  return fc.constant<Pair>([value, value]);
}

function equal(value: Json): Pair {
  return [value, value];
}

function listOf(pairs: readonly Pair[]): Pair {
  return [pairs.map(([a]) => a!), pairs.map(([, b]) => b!)];
}

/** A record of pairs as a pair of records; what is undefined is left out. */
function transposed(pairs: Readonly<Record<string, Pair>>): Pair {
  const side = (index: 0 | 1): Json =>
    Object.fromEntries(
      Object.entries(pairs).flatMap(([name, pair]) => (pair[index] === undefined ? [] : [[name, pair[index]]])),
    );
  return [side(0), side(1)];
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
