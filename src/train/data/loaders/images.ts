/** Folders of image files, one for each class. Decoded and resized as Keras's image_dataset_from_directory does. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { loadBackend } from '../../../backend/load.ts';
import { TuneError } from '../../../errors.ts';
import { oneOf } from '../../../space/nearest.ts';
import { sizeOf } from '../../shape.ts';
import { toClasses } from '../classes.ts';
import type { Dataset, Task } from '../dataset.ts';
import { pixelsOf, readImage, type ImageFile } from '../image-file.ts';
import { listImageFolder } from '../image-folder.ts';
import { loader } from '../loader.ts';
import { invalid } from '../number-file.ts';
import { createProblemList } from '../problem-list.ts';

const side = z.int().min(1).max(4096);

export const images = loader({
  name: 'images',
  summary: 'folders of PNG, JPEG, BMP and GIF files, one for each class',
  paper: 'https://keras.io/api/data_loading/image/#image_dataset_from_directory-function',
  shorthand: 'folder',
  knobs: z.strictObject({
    folder: z.string().describe('path, from the folder of this file; in it a folder of images for each class'),
    size: z
      .tuple([side, side])
      .default([32, 32])
      .describe('height and width that every image is resized to, bilinearly, whatever its own proportions'),
    channels: z
      .union([z.literal(1), z.literal(3)])
      .optional()
      .describe('1: grey, 3: colours; PNG and JPEG are converted; default: those of the files, all the same'),
    testFolder: z.string().optional().describe('the same for a fixed test set, with the same classes'),
  }),
  files: ({ folder, testFolder }) => [folder, testFolder],
  async describe({ size, ...knobs }, { folder, task }) {
    const { files, targets: _, ...parts } = await listParts(knobs, folder, task);
    return { ...parts, inputShape: [...size, knobs.channels ?? (await firstImage(files)).channels] };
  },
  async load({ size, ...knobs }, { folder, task }) {
    const { files, ...parts } = await listParts(knobs, folder, task);
    const first = await firstImage(files);
    const { channels = first.channels } = knobs;
    const inputShape = [...size, channels] as const;
    const width = sizeOf(inputShape);
    // Shared from the start: a copy of all images is the last thing that memory has room for.
    const inputs = new Uint8Array(new SharedArrayBuffer(files.length * width));
    const problems = createProblemList();
    await loadBackend();
    for (const [index, file] of files.entries()) {
      try {
        const image = await readImage(file);
        if (knobs.channels === undefined && image.channels !== channels) throw mixedChannels(image, first);
        inputs.set(pixelsOf(image, inputShape), index * width);
      } catch (error) {
        if (!(error instanceof TuneError)) throw error;
        for (const problem of error.problems) problems.add(() => problem);
      }
    }
    problems.refuse();
    return { ...parts, inputShape, inputs };
  },
});

interface Folders {
  readonly folder: string;
  readonly testFolder?: string | undefined;
}

type Parts = Omit<Dataset, 'inputShape' | 'inputs'> & { readonly files: readonly string[] };

/** The files of training and then those of the test set, with their classes. */
async function listParts({ folder, testFolder }: Folders, start: string, task: Task | undefined): Promise<Parts> {
  const root = resolve(start, folder);
  if (task === 'regression')
    throw invalid(root, { message: 'the folders of images are classes', expected: '"task": "classification"' });
  const train = await listImageFolder(root);
  const test = testFolder === undefined ? [] : await listImageFolder(resolve(start, testFolder));
  const known = new Set(train.map(({ label }) => label));
  const problems = createProblemList();
  for (const { path, label } of test.filter(
    ({ label }, index) => !known.has(label) && test[index - 1]?.label !== label,
  ))
    problems.add(() => ({
      message: `the class "${label}" has no folder among the training images`,
      where: { file: dirname(path) },
      expected: oneOf([...known]),
    }));
  problems.refuse();
  const files = [...train, ...test];
  return {
    task: 'classification',
    size: files.length,
    files: files.map(({ path }) => path),
    targetSize: 1,
    ...toClasses(
      files.map(({ label }) => label),
      { file: root },
    ),
    ...(testFolder !== undefined && { testSize: test.length }),
  };
}

/** The first that is one: what is wrong with those before is told with the rest. */
async function firstImage(files: readonly string[]): Promise<ImageFile> {
  let reason: unknown;
  for (const file of files) {
    try {
      return await readImage(file);
    } catch (error) {
      reason ??= error;
    }
  }
  throw reason;
}

function mixedChannels({ path, channels }: ImageFile, first: ImageFile): TuneError {
  const name = (count: number): string => (count === 1 ? 'grey' : 'in colours');
  return invalid(path, {
    message: `this image is ${name(channels)}`,
    expected: `${name(first.channels)}, as ${first.path}`,
    hint: 'convert all of them: "channels": 1 for grey, 3 for colours',
  });
}
