/** NumPy's files of one array each, as numpy.save writes them. */
import { z } from 'zod';
import { loadFiles, streamFiles } from '../four-files.ts';
import { loader } from '../loader.ts';
import { npyLayout } from '../npy-file.ts';

const format = { inputs: npyLayout, targets: npyLayout };

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
  files: ({ inputs, targets, testInputs, testTargets }) => [inputs, targets, testInputs, testTargets],
  load: (names, context) => loadFiles(format, names, context),
  stream: (names, context) => streamFiles(format, names, context),
});
