/** IDX files, the format of MNIST and its relatives. */
import { z } from 'zod';
import { datasetFromFiles, type NumberFiles } from '../from-number-files.ts';
import { parseIdx } from '../idx-file.ts';
import { loader } from '../loader.ts';
import { invalid, type NumberFile } from '../number-file.ts';
import { readDataFile } from '../read-file.ts';

export const idx = loader({
  name: 'idx',
  summary: 'IDX files, plain or gzipped, as those of MNIST',
  paper: 'http://yann.lecun.com/exdb/mnist/',
  knobs: z
    .strictObject({
      images: z.string().describe('file of the examples: bytes or numbers, images or rows of features'),
      labels: z.string().describe('file of the classes, or of the values for regression'),
      testImages: z.string().optional().describe('file of the examples of a fixed test set'),
      testLabels: z.string().optional().describe('file of their classes or values'),
    })
    .refine(({ testImages, testLabels }) => (testImages === undefined) === (testLabels === undefined), {
      message: 'a fixed test set needs both its files',
      params: { expected: '"testImages" and "testLabels", or neither' },
    }),
  async load({ images, labels, testImages, testLabels }, { folder, task }) {
    const read = async (inputs: string, targets: string): Promise<NumberFiles> => ({
      inputs: refuseLabels(parseIdx(await readDataFile(folder, inputs))),
      targets: parseIdx(await readDataFile(folder, targets)),
    });
    const test = testImages === undefined || testLabels === undefined ? undefined : await read(testImages, testLabels);
    return datasetFromFiles(await read(images, labels), test, task);
  },
});

/** Two file names are easily swapped. */
function refuseLabels(images: NumberFile): NumberFile {
  const { path, shape } = images;
  if (shape.length > 1) return images;
  throw invalid(path, {
    message: `the file holds one number for each of ${shape[0]} examples`,
    expected: 'images, or rows of features',
    hint: 'are these the labels?',
  });
}
