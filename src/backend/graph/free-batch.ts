/**
 * Finds what a recording owes to the number of examples that it was made with, by comparing it with one of another number:
 * layers write that number into the shapes that they reshape to, and into the tensors that they start from.
 */
import { isDeepStrictEqual } from 'node:util';
import { theBackend } from '../native-backend.ts';
import { bytesOf } from './graph-def.ts';
import { NotCompilable } from './not-compilable.ts';
import type { Constant, RecordedOp, Recording } from './recorder.ts';
import { needed } from './write-ops.ts';

export interface RecordedPrediction {
  /** Number of examples. */
  readonly batch: number;
  readonly recording: Recording;
  readonly input: number;
  readonly output: number;
}

/** numbers[i] = fixed[i] + perExample[i] * number of examples. */
export interface BatchNumbers {
  readonly shape: readonly number[];
  readonly fixed: Int32Array;
  readonly perExample: Int32Array;
}

/** A constant, as it is for every number of examples. */
export type FreeConstant =
  | { readonly kind: 'constant'; readonly constant: Constant }
  | { readonly kind: 'numbers'; readonly numbers: BatchNumbers }
  /** One value all over, in a shape with the number of examples in it. */
  | { readonly kind: 'filled'; readonly sides: BatchNumbers; readonly value: Constant };

export interface FreePrediction {
  readonly ops: readonly RecordedOp[];
  /** By its id in the first recording; undefined for what an op made. */
  readonly constantOf: (id: number) => FreeConstant | undefined;
}

/** @throws NotCompilable when more than shapes depends on the number of examples */
export function freeBatch(first: RecordedPrediction, second: RecordedPrediction): FreePrediction {
  const ops = needed(first.recording.ops, [first.output]);
  const others = needed(second.recording.ops, [second.output]);
  /** From ids of the first to those of the second. */
  const twins = new Map([[first.input, second.input]]);
  const made = new Set([second.input, ...others.flatMap(({ outputs }) => outputs.map(({ id }) => id))]);
  const constants = new Map<number, FreeConstant>();
  if (ops.length !== others.length) throw dependent('the number of its ops');
  const match = (id: number, other: number, place: string): void => {
    if (twins.has(id) ? twins.get(id) !== other : made.has(other)) throw dependent(`what goes into ${place}`);
    if (twins.has(id)) return;
    const pair = [first.recording.constantOf(id), second.recording.constantOf(other)] as const;
    const free = freeConstant(pair, [first.batch, second.batch]);
    if (!free) throw dependent(`a constant that goes into ${place}`);
    constants.set(id, free);
    twins.set(id, other);
  };
  ops.forEach((op, index) => {
    const other = others[index]!;
    const isAlike =
      op.name === other.name &&
      op.inputs.length === other.inputs.length &&
      isDeepStrictEqual(op.attributes, other.attributes);
    if (!isAlike) throw dependent(`the op ${op.name}`);
    op.inputs.forEach((id, input) => match(id, other.inputs[input]!, op.name));
    op.outputs.forEach(({ id }, output) => twins.set(id, other.outputs[output]!.id));
  });
  match(first.output, second.output, 'the result');
  return { ops, constantOf: id => constants.get(id) };
}

function freeConstant(
  [a, b]: readonly [Constant, Constant],
  batches: readonly [number, number],
): FreeConstant | undefined {
  if (a.dtype !== b.dtype || a.shape.length !== b.shape.length) return undefined;
  if (isDeepStrictEqual(a.shape, b.shape)) {
    if (Buffer.compare(bytesOf(a.values), bytesOf(b.values)) === 0) return { kind: 'constant', constant: a };
    if (a.dtype !== theBackend().binding.TF_INT32) return undefined;
    const numbers = batchNumbers(a.shape, a.values as Int32Array, b.values as Int32Array, batches);
    return numbers && { kind: 'numbers', numbers };
  }
  const sides = batchNumbers([a.shape.length], a.shape, b.shape, batches);
  const value = a.values[0];
  const isFilled = [a, b].every(({ values }) => values.every(other => Object.is(other, value)));
  return sides && isFilled
    ? { kind: 'filled', sides, value: { ...a, shape: [], values: a.values.slice(0, 1) } }
    : undefined;
}

/** Undefined where a number is neither the same nor a multiple of the number of examples. */
function batchNumbers(
  shape: readonly number[],
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [first, second]: readonly [number, number],
): BatchNumbers | undefined {
  const numbers = Array.from(a, (value, index) => {
    const other = b[index]!;
    if (value === other) return { fixed: value, perExample: 0 };
    return value * second === other * first ? { fixed: 0, perExample: value / first } : undefined;
  });
  if (numbers.includes(undefined)) return undefined;
  return {
    shape,
    fixed: Int32Array.from(numbers, number => number!.fixed),
    perExample: Int32Array.from(numbers, number => number!.perExample),
  };
}

function dependent(what: string): NotCompilable {
  return new NotCompilable(`${what} depends on the number of examples`);
}
