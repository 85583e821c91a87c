/** A data set as a trainer thread uses it: normalized tensors of the three parts, made once per data section. */
import { tf, type Tensor } from '../backend/tf.ts';
import { createRng } from '../study/rng.ts';
import type { Dataset } from './data/dataset.ts';
import { sizeOf } from './shape.ts';
import { fitNormalization, type Normalization } from './data/normalization.ts';
import type { DataSection } from './data/section.ts';
import { splitRows, type Split } from './data/split.ts';

/** Rows of the data set as tensors. */
export interface Examples {
  readonly size: number;
  readonly inputs: Tensor;
  readonly targets: Tensor;
}

export interface Batches {
  readonly train: Examples;
  readonly validation: Examples;
  readonly inputNormalization: Normalization;
  /** Of regression targets; class numbers stay as they are. */
  readonly targetNormalization: Normalization;
  /** Numbers of the test rows. */
  readonly testRows: Int32Array;
  /** Their tensors; nothing but the final export asks for them. */
  test(): Examples;
  dispose(): void;
}

/** @param seed the study's: the split is the same in every trial */
export function prepareBatches(dataset: Dataset, section: DataSection, seed: number): Batches {
  const split: Split = splitRows(dataset, section.split, createRng(section.split.seed ?? seed, 'split'));
  // Statistics come from the training rows alone: validation and test must stay unseen.
  const inputNormalization = fitNormalization(dataset, split.train, section.normalize, 'inputs');
  const targetNormalization =
    dataset.task === 'regression'
      ? fitNormalization(dataset, split.train, section.normalize, 'targets')
      : identity(dataset.targetSize);
  const width = sizeOf(dataset.inputShape);
  const select = (rows: Int32Array): Examples => ({
    size: rows.length,
    inputs: tf.tensor(gather(dataset.inputs, width, rows, inputNormalization), [rows.length, ...dataset.inputShape]),
    targets:
      dataset.task === 'classification'
        ? tf.tensor1d(
            Int32Array.from(rows, row => dataset.targets[row]!),
            'int32',
          )
        : tf.tensor2d(gather(dataset.targets, dataset.targetSize, rows, targetNormalization), [
            rows.length,
            dataset.targetSize,
          ]),
  });
  const train = select(split.train);
  const validation = select(split.validation);
  return {
    train,
    validation,
    inputNormalization,
    targetNormalization,
    testRows: split.test,
    test: () => select(split.test),
    dispose: () => tf.dispose([train.inputs, train.targets, validation.inputs, validation.targets]),
  };
}

function identity(size: number): Normalization {
  return { method: 'none', offset: new Array<number>(size).fill(0), scale: new Array<number>(size).fill(1) };
}

/** The given rows of `width` values each, normalized; channel c takes every value whose number is c modulo the channels. */
function gather(
  values: Dataset['inputs'] | Dataset['targets'],
  width: number,
  rows: Int32Array,
  { offset, scale }: Normalization,
): Float32Array {
  const channels = offset.length;
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, place) => {
    for (let column = 0; column < width; column++) {
      const channel = column % channels;
      gathered[place * width + column] = (values[row * width + column]! - offset[channel]!) / scale[channel]!;
    }
  });
  return gathered;
}
