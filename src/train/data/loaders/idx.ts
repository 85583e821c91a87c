/** IDX files, the format of MNIST and its relatives. */
import { z } from 'zod';
import { loadFiles, streamFiles, type FileNames } from '../four-files.ts';
import { idxLayout } from '../idx-file.ts';
import { loader } from '../loader.ts';
import { invalid, type Layout } from '../number-file.ts';
import type { DataFile } from '../read-file.ts';

const format = { inputs: imagesLayout, targets: idxLayout };

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
  files: ({ images, labels, testImages, testLabels }) => [images, labels, testImages, testLabels],
  load: (knobs, context) => loadFiles(format, namesOf(knobs), context),
  stream: (knobs, context) => streamFiles(format, namesOf(knobs), context),
});

interface Knobs {
  readonly images: string;
  readonly labels: string;
  readonly testImages?: string | undefined;
  readonly testLabels?: string | undefined;
}

function namesOf({ images, labels, testImages, testLabels }: Knobs): FileNames {
  return { inputs: images, targets: labels, testInputs: testImages, testTargets: testLabels };
}

/** Two file names are easily swapped. */
function imagesLayout(file: DataFile): Layout {
  const layout = idxLayout(file);
  if (layout.shape.length > 1) return layout;
  throw invalid(file.path, {
    message: `the file holds one number for each of ${layout.shape[0]} examples`,
    expected: 'images, or rows of features',
    hint: 'are these the labels?',
  });
}
