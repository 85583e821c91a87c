/** Data sets from arrays in code. */
import { TuneError, type Problem } from '../../errors.ts';
import { readTargets, type ArrayTargets } from './array-targets.ts';
import type { Dataset } from './dataset.ts';
import { sizeOf } from '../shape.ts';
import { exampleShape } from './example-shape.ts';
import { fitsFloat32 } from './numbers.ts';
import { createProblemList } from './problem-list.ts';

/** A number, or a list of equally long lists of numbers. */
export type NestedNumbers = number | readonly NestedNumbers[];

export interface ArrayData extends ArrayTargets {
  /**
   * One element per example: a number, a list of features, or an image as nested lists (height, width, channels; the
   * channels may be missing). Or all numbers in one typed array, example after example, with `inputShape`.
   */
  readonly inputs: readonly NestedNumbers[] | Float32Array | Uint8Array;
  /** Shape of one example. Default: that of the lists, an image without channels gets one. */
  readonly inputShape?: readonly number[];
  /** Names of the input features. */
  readonly columns?: readonly string[];
  /** How many of the last examples are a fixed test set. Default: the split chooses test examples. */
  readonly testSize?: number;
}

/**
 * A data set from arrays in code, for `tune(space, { dataset })`.
 *
 * @example
 * datasetFromArrays({ inputs: [[5.1, 3.5], [6.2, 2.9]], targets: ['setosa', 'virginica'] })
 * datasetFromArrays({ inputs: pixels, inputShape: [28, 28, 1], targets: digits, task: 'classification' })
 *
 * @throws TuneError DATA_INVALID for examples of different shapes, numbers that are not finite, or targets that do not
 * match the examples; each problem names the element
 */
export function datasetFromArrays(data: ArrayData): Dataset {
  const { inputs, inputShape, columns, testSize } = data;
  if (inputs.length === 0) throw new TuneError('DATA_INVALID', 'there are no examples: inputs is empty');
  const examples = isFlat(inputs) ? fromFlat(inputs, inputShape) : fromNested(inputs, inputShape);
  const features = examples.inputShape[0]!;
  if (columns && (examples.inputShape.length > 1 || columns.length !== features))
    throw new TuneError('DATA_INVALID', {
      message: `there are ${columns.length} columns for inputs of the shape [${examples.inputShape.join(', ')}]`,
      expected: 'one name for each feature',
    });
  if (testSize !== undefined && !(Number.isInteger(testSize) && testSize >= 1 && testSize < examples.size))
    throw new TuneError('DATA_INVALID', {
      message: `testSize is ${testSize} of ${examples.size} examples`,
      expected: 'a whole number of examples, at least 1, that leaves some to train on',
    });
  return {
    ...examples,
    ...readTargets(data, examples.size),
    ...(columns && { columns }),
    ...(testSize !== undefined && { testSize }),
  };
}

type Examples = Pick<Dataset, 'size' | 'inputShape' | 'inputs'>;

function isFlat(inputs: ArrayData['inputs']): inputs is Float32Array | Uint8Array {
  return ArrayBuffer.isView(inputs);
}

function fromFlat(inputs: Float32Array | Uint8Array, given: readonly number[] | undefined): Examples {
  const inputShape = given && checkShape(given);
  if (!inputShape || inputs.length % sizeOf(inputShape) !== 0)
    throw new TuneError('DATA_INVALID', {
      message: `inputs has ${inputs.length} numbers${given ? `, inputShape is [${given.join(', ')}]` : ' and no inputShape'}`,
      expected: given ? `a multiple of ${sizeOf(given)} numbers` : 'the shape of one example: inputShape: [28, 28, 1]',
    });
  const problems = createProblemList();
  inputs.forEach((value, index) => {
    if (!fitsFloat32(value)) problems.add(() => notFinite(`inputs[${index}]`, value));
  });
  problems.refuse();
  return { size: inputs.length / sizeOf(inputShape), inputShape, inputs };
}

function fromNested(inputs: readonly NestedNumbers[], given: readonly number[] | undefined): Examples {
  const sides = sidesOf(inputs[0]!);
  const inputShape = checkShape(given ?? sides);
  const width = sizeOf(sides);
  if (width !== sizeOf(inputShape))
    throw new TuneError('DATA_INVALID', {
      message: `inputs[0] has ${width} numbers`,
      expected: `${sizeOf(inputShape)}, as inputShape [${inputShape.join(', ')}] says`,
    });
  const values = new Float32Array(inputs.length * width);
  const problems = createProblemList();
  inputs.forEach((example, index) => {
    if (hasShape(example, sides)) values.set([example as unknown].flat(Infinity) as number[], index * width);
    else problems.add(() => mismatch(example, sides, `inputs[${index}]`));
  });
  problems.refuse();
  return { size: inputs.length, inputShape, inputs: values };
}

function checkShape(sides: readonly number[]): readonly number[] {
  const shape = exampleShape(sides);
  if (shape?.every(side => Number.isInteger(side) && side > 0)) return shape;
  throw new TuneError('DATA_INVALID', {
    message: `the shape of an example is [${sides.join(', ')}]`,
    expected: '[features], or [height, width, channels]',
  });
}

/** Lengths of the lists, from the outside in. */
function sidesOf(value: NestedNumbers): number[] {
  return Array.isArray(value) ? [value.length, ...sidesOf(value[0] as NestedNumbers)] : [];
}

function hasShape(value: unknown, [side, ...inner]: readonly number[]): boolean {
  if (side === undefined) return typeof value === 'number' && fitsFloat32(value);
  return Array.isArray(value) && value.length === side && value.every(element => hasShape(element, inner));
}

/** The first thing in an example that differs from the shape. */
function mismatch(value: unknown, [side, ...inner]: readonly number[], place: string): Problem {
  if (side === undefined) return notFinite(place, value);
  if (!Array.isArray(value) || value.length !== side)
    return {
      message: `${place} is ${Array.isArray(value) ? `a list of ${value.length}` : String(value)}`,
      expected: `a list of ${side}, as in inputs[0]`,
    };
  const index = value.findIndex(element => !hasShape(element, inner));
  return mismatch(value[index], inner, `${place}[${index}]`);
}

function notFinite(place: string, value: unknown): Problem {
  const shown = Array.isArray(value) ? `a list of ${value.length}` : String(value);
  return { message: `${place} is ${shown}`, expected: 'a finite number below 3.4e38' };
}
