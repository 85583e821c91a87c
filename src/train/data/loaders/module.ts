/** A module of the user's that makes the data: simulators, generators, formats that no loader here reads. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, TuneError } from '../../../errors.ts';
import { isRecord } from '../../../space/json.ts';
import { loadUserFunction } from '../../user-function.ts';
import { datasetFromArrays, type ArrayData } from '../arrays.ts';
import { loader } from '../loader.ts';
import { invalid } from '../number-file.ts';

/** What a data module's function is called with. */
export interface DataModuleContext {
  /** The study's. */
  readonly seed: number;
  /** Where the relative paths of the space file start. */
  readonly folder: string;
}

/** The default export of a data module. */
export type DataModule = (context: DataModuleContext) => ArrayData | Promise<ArrayData>;

export const module = loader({
  name: 'module',
  summary: 'a module of your own, whose default function gives { inputs, targets } for { seed, folder }',
  shorthand: 'file',
  knobs: z.strictObject({
    file: z.string().describe('path of the JavaScript module, from the folder of this file'),
  }),
  files: ({ file }) => [file],
  async load({ file }, { seed, folder, task }) {
    const path = resolve(folder, file);
    const make = await loadUserFunction<DataModule>(path, 'DATA_INVALID');
    const made: unknown = await call(path, () => make({ seed, folder }));
    if (!isArrayData(made))
      throw invalid(path, {
        message: `the function gave ${shown(made)}`,
        expected: '{ inputs, targets }: lists, or typed arrays of the kinds Float32Array, Uint8Array and Int32Array',
      });
    try {
      return datasetFromArrays({ ...made, ...(task && { task }) });
    } catch (error) {
      if (!(error instanceof TuneError)) throw error;
      const problems = error.problems.map(problem => ({ ...problem, where: { file: path } }));
      throw new TuneError(error.code, problems, { cause: error });
    }
  },
});

async function call<T>(path: string, make: () => T): Promise<Awaited<T>> {
  try {
    return await make();
  } catch (error) {
    const problem = { message: `the function failed: ${messageOf(error)}`, where: { file: path } };
    throw new TuneError('DATA_INVALID', problem, { cause: error });
  }
}

function isArrayData(made: unknown): made is ArrayData {
  if (!isRecord(made)) return false;
  const { inputs, targets }: Readonly<Record<string, unknown>> = made;
  const areInputs = Array.isArray(inputs) || inputs instanceof Float32Array || inputs instanceof Uint8Array;
  const areTargets = Array.isArray(targets) || targets instanceof Float32Array || targets instanceof Int32Array;
  return areInputs && areTargets;
}

function shown(made: unknown): string {
  if (!isRecord(made)) return Array.isArray(made) ? 'a list' : String(made);
  const entries = Object.entries(made).slice(0, 10);
  const kindOf = (value: unknown): string => Object(value).constructor?.name ?? typeof value;
  return `{ ${entries.map(([name, value]) => `${name}: ${kindOf(value)}`).join(', ')} }`;
}
