/** A streamed data set as a trainer thread uses it: each portion is a block of rows, read while the one before trains. */
import { tf } from '../backend/tf.ts';
import { partsWith, teacherTensor, toTensors, type Batches, type Portion, type Rows } from './batches.ts';
import { pickRows } from './data/numbers.ts';
import { partsOf } from './data/parts.ts';
import type { DataSection } from './data/section.ts';
import type { Split } from './data/split.ts';
import { fitStreamedInputs } from './data/streaming/moments.ts';
import { inFileOrder, readBlocks, shuffledByChunk, type Group } from './data/streaming/read-blocks.ts';
import type { StreamedDataset } from './data/streaming/streamed.ts';

/** @param seed the study's: the split is the same in every trial */
export function prepareStreamedBatches(dataset: StreamedDataset, section: DataSection, seed: number): Promise<Batches> {
  return divide(dataset, section, partsOf(dataset, section, seed));
}

async function divide(dataset: StreamedDataset, section: DataSection, split: Split): Promise<Batches> {
  // What is read in order is read in that of the file.
  const sorted = { ...split, validation: split.validation.toSorted(), test: split.test.toSorted() };
  const parts = partsWith(await fitStreamedInputs(dataset, split.train, section.normalize), dataset, sorted);
  return {
    ...parts,
    ...createRows(dataset),
    divided: other => divide(dataset, section, other),
    dispose: () => tf.dispose([parts.scaling, parts.targetScale] as never),
  };
}

/** @param teacher [rows of the data, outputs] */
function createRows(dataset: StreamedDataset, teacher?: Float32Array): Rows {
  return {
    inputType: dataset.rows.type,
    inOrder(rows, batchSize) {
      if (rows.some((row, place) => row < rows[place - 1]!))
        throw new Error('streamed rows have the order of the file');
      return portions(dataset, inFileOrder(rows, dataset), batchSize, teacher);
    },
    shuffled: (rows, batchSize, rng) => portions(dataset, shuffledByChunk(rows, dataset, rng), batchSize, teacher),
    taught: outputs => ({ ...createRows(dataset, outputs), dispose: () => undefined }),
  };
}

async function* portions(
  dataset: StreamedDataset,
  groups: readonly Group[],
  batchSize: number,
  teacher: Float32Array | undefined,
): AsyncGenerator<Portion> {
  for await (const block of readBlocks(dataset, groups, batchSize)) {
    const { size, rows } = block;
    const data = {
      ...toTensors({ ...dataset, ...block }),
      ...(teacher && { teacher: teacherTensor(pickRows(teacher, teacher.length / dataset.size, rows), size) }),
    };
    try {
      yield { data, order: Int32Array.from({ length: size }, (_, place) => place) };
    } finally {
      tf.dispose(data as never);
    }
  }
}
