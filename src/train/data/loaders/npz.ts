/** NumPy's archives of several arrays, as numpy.savez and numpy.savez_compressed write them: zip files of NPY files. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { listMembers, readMember } from '../../../backend/unzip.ts';
import { messageOf, TuneError } from '../../../errors.ts';
import { suggest } from '../../../space/nearest.ts';
import { datasetFromFiles, type NumberFiles } from '../from-number-files.ts';
import { loader } from '../loader.ts';
import { invalid, readElements, type NumberFile } from '../number-file.ts';
import { npyLayout } from '../npy-file.ts';
import { withOpenFile } from '../read-file.ts';

export const npz = loader({
  name: 'npz',
  summary: 'an NPZ file, as numpy.savez and numpy.savez_compressed write it',
  paper: 'https://numpy.org/doc/stable/reference/generated/numpy.savez.html',
  shorthand: 'file',
  knobs: z
    .strictObject({
      file: z.string().describe('path, from the folder of this file'),
      inputs: z.string().optional().describe('name of the array of the examples; default: x_train, or else x'),
      targets: z.string().optional().describe('name of the array of the targets; default: y_train, or else y'),
      testInputs: z.string().optional().describe('examples of a fixed test set; default: x_test, where it is there'),
      testTargets: z.string().optional().describe('their targets; default: y_test, where it is there'),
    })
    .refine(({ testInputs, testTargets }) => (testInputs === undefined) === (testTargets === undefined), {
      message: 'a fixed test set needs both its arrays',
      params: { expected: '"testInputs" and "testTargets", or neither' },
    }),
  files: ({ file }) => [file],
  async load({ file, ...given }, { folder, task }) {
    const path = resolve(folder, file);
    return withOpenFile(path, async archive => {
      const members = await undamaged(path, () => listMembers(archive));
      const arrays = new Map(members.map(member => [member.name.replace(/\.npy$/, ''), member]));
      const names = chooseArrays(path, [...arrays.keys()], given);
      const read = async (name: string): Promise<NumberFile> => {
        const bytes = await undamaged(path, () => readMember(archive, arrays.get(name)!));
        const file = { path: join(path, `${name}.npy`), bytes };
        return readElements(file.path, bytes, npyLayout(file));
      };
      const readPair = async ([inputs, targets]: Pair): Promise<NumberFiles> => ({
        inputs: await read(inputs),
        targets: await read(targets),
      });
      return datasetFromFiles(await readPair(names.train), names.test && (await readPair(names.test)), task);
    });
  },
});

type Pair = readonly [inputs: string, targets: string];
type Given = Readonly<Partial<Record<'inputs' | 'targets' | 'testInputs' | 'testTargets', string | undefined>>>;

function chooseArrays(path: string, present: readonly string[], given: Given): { train: Pair; test?: Pair } {
  const named = (x: string): string => (present.includes(`${x}_train`) ? `${x}_train` : x);
  const train: Pair = [given.inputs ?? named('x'), given.targets ?? named('y')];
  const { testInputs = 'x_test', testTargets = 'y_test' } = given;
  const test: Pair = [testInputs, testTargets];
  const hasTest = given.testInputs !== undefined || test.every(name => present.includes(name));
  const missing = [...train, ...(hasTest ? test : [])].filter(name => !present.includes(name));
  if (missing.length > 0)
    throw new TuneError(
      'DATA_INVALID',
      missing.map(name => ({
        message: `there is no array "${name}"`,
        where: { file: path },
        ...suggest(name, present),
      })),
    );
  return { train, ...(hasTest && { test }) };
}

/** What is wrong inside an archive, as a problem of its file. */
async function undamaged<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw invalid(path, {
      message: `the archive does not read: ${messageOf(error)}`,
      expected: 'a zip file of NPY files, as numpy.savez writes',
    });
  }
}
