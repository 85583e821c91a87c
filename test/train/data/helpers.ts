/** Files and errors of the tests of loaders. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { TuneError, type ErrorCode, type Problem } from '../../../src/errors.ts';
import type { Dataset, Task } from '../../../src/train/data/dataset.ts';
import { loaders } from '../../../src/train/data/loaders/index.ts';
import type { Loader } from '../../../src/train/data/loader.ts';

/** A folder with these files, gone after the test. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tune-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** Loads as the "data" section does: with the knobs checked and their defaults. */
export async function load(
  name: keyof typeof loaders,
  knobs: Readonly<Record<string, unknown>>,
  { folder = '.', seed = 1, task }: { folder?: string; seed?: number; task?: Task } = {},
): Promise<Dataset> {
  const loader: Loader = loaders[name];
  return loader.load(loader.knobs.parse(knobs), { folder, seed, ...(task && { task }) });
}

/** The error that must come. */
export async function refusalOf(work: () => unknown, code: ErrorCode = 'DATA_INVALID'): Promise<TuneError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TuneError)) throw error;
    expect(error.code).toBe(code);
    return error;
  }
  throw new Error('there was no error');
}

/** The problems of the error that must come. */
export async function problemsOf(work: () => unknown, code?: ErrorCode): Promise<readonly Problem[]> {
  return (await refusalOf(work, code)).problems;
}

export function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

/** How many examples each class has. */
export function classCounts({ targets, classes }: Dataset): number[] {
  const counts = new Array<number>(classes!.length).fill(0);
  for (const target of targets) counts[target]!++;
  return counts;
}
