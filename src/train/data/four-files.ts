/** Data sets of four binary files: examples, targets, and the same for a fixed test set; loaded, or passed through. */
import { resolve } from 'node:path';
import type { Dataset } from './dataset.ts';
import { datasetFromFiles, passFiles } from './from-number-files.ts';
import type { LoadContext } from './loader.ts';
import { readElements, type Layout, type NumberFile } from './number-file.ts';
import { readDataFile, type DataFile } from './read-file.ts';
import { layoutOf } from './streaming/number-rows.ts';
import type { RowSource } from './streaming/streamed.ts';

/** How the headers of a format are read, from the first bytes of a file. */
export interface NumberFormat {
  readonly inputs: (file: DataFile) => Layout;
  readonly targets: (file: DataFile) => Layout;
}

export interface FileNames {
  readonly inputs: string;
  readonly targets: string;
  readonly testInputs?: string | undefined;
  readonly testTargets?: string | undefined;
}

/** @throws TuneError FILE_UNREADABLE or DATA_INVALID */
export async function loadFiles(format: NumberFormat, names: FileNames, context: LoadContext): Promise<Dataset> {
  const { folder, task } = context;
  const { train, test } = await readPairs(names, async (inputs, targets) => ({
    inputs: await readNumbers(folder, inputs, format.inputs),
    targets: await readNumbers(folder, targets, format.targets),
  }));
  return datasetFromFiles(train, test, task);
}

export function streamFiles(format: NumberFormat, names: FileNames, { folder, task }: LoadContext): RowSource {
  const { inputs, targets, testInputs, testTargets } = names;
  const files = [inputs, targets, testInputs, testTargets].filter(file => file !== undefined);
  return {
    files: files.map(file => resolve(folder, file)),
    async convert(write) {
      const { train, test } = await readPairs(names, async (inputs, targets) => {
        const path = resolve(folder, inputs);
        return {
          inputs: { path, layout: await layoutOf(path, format.inputs) },
          targets: await readNumbers(folder, targets, format.targets),
        };
      });
      return passFiles(train, test, task, write);
    },
  };
}

async function readPairs<T>(
  { inputs, targets, testInputs, testTargets }: FileNames,
  read: (inputs: string, targets: string) => Promise<T>,
): Promise<{ readonly train: T; readonly test: T | undefined }> {
  const hasTest = testInputs !== undefined && testTargets !== undefined;
  const test = hasTest ? await read(testInputs, testTargets) : undefined;
  return { train: await read(inputs, targets), test };
}

async function readNumbers(folder: string, name: string, readLayout: (file: DataFile) => Layout): Promise<NumberFile> {
  const file = await readDataFile(folder, name);
  return readElements(file.path, file.bytes, readLayout(file));
}
