/** NumPy's files of one array each, as numpy.save writes them. */
import { z } from 'zod';
import { datasetFromFiles, type NumberFiles } from '../from-number-files.ts';
import { loader } from '../loader.ts';
import { parseNpy } from '../npy-file.ts';
import { readDataFile } from '../read-file.ts';

export const npy = loader({
  name: 'npy',
  summary: 'NPY files, plain or gzipped, as numpy.save writes them',
  paper: 'https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html',
  knobs: z
    .strictObject({
      inputs: z.string().describe('file of the examples: examples x features, or examples x height x width x channels'),
      targets: z.string().describe('file of the targets: integers are classes, other numbers values for regression'),
      testInputs: z.string().optional().describe('file of the examples of a fixed test set'),
      testTargets: z.string().optional().describe('file of their targets'),
    })
    .refine(({ testInputs, testTargets }) => (testInputs === undefined) === (testTargets === undefined), {
      message: 'a fixed test set needs both its files',
      params: { expected: '"testInputs" and "testTargets", or neither' },
    }),
  async load({ inputs, targets, testInputs, testTargets }, { folder, task }) {
    const read = async (inputs: string, targets: string): Promise<NumberFiles> => ({
      inputs: parseNpy(await readDataFile(folder, inputs)),
      targets: parseNpy(await readDataFile(folder, targets)),
    });
    const test =
      testInputs === undefined || testTargets === undefined ? undefined : await read(testInputs, testTargets);
    return datasetFromFiles(await read(inputs, targets), test, task);
  },
});
