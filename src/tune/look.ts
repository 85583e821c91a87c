/** Looks at data files and says how a space file would name them. */
import { basename, relative, resolve } from 'node:path';
import { TuneError } from '../errors.ts';
import type { Json } from '../space/space.ts';
import { dataSection, loadDataset } from '../train/data/section.ts';
import type { Dataset } from '../train/data/dataset.ts';
import { readDataFile } from '../train/data/read-file.ts';

export interface Looked {
  readonly source: Readonly<Record<string, Json>>;
  readonly dataset: Dataset;
}

/**
 * @param files one CSV file; an IDX or NPY file of inputs and one of labels; or none, for drawn digits
 * @param folder where the paths of the result start
 * @param target name of the target column of a CSV file
 * @throws TuneError USAGE, FILE_UNREADABLE or DATA_INVALID
 */
export async function lookAtData(files: readonly string[], folder: string, target?: string): Promise<Looked> {
  const source = await sourceOf(files, folder, target);
  return { source, dataset: await loadDataset(dataSection.parse(source), folder, 1) };
}

async function sourceOf(files: readonly string[], folder: string, target?: string): Promise<Looked['source']> {
  const [first, second] = files;
  if (first === undefined) return { glyphs: { examples: 1500 } };
  const { bytes } = await readDataFile(process.cwd(), first);
  const path = (file: string): string => relative(folder, resolve(file)).replaceAll('\\', '/');
  if (bytes.subarray(0, 6).toString('latin1') === '\u0093NUMPY') {
    if (second === undefined) throw missingTargets(first, 'npy', 'the targets');
    return { npy: { inputs: path(first), targets: path(second) } };
  }
  if (bytes.length > 4 && bytes[0] === 0 && bytes[1] === 0) {
    if (second === undefined) throw missingTargets(first, 'idx', 'the labels');
    return { idx: { images: path(first), labels: path(second) } };
  }
  if (second !== undefined)
    throw new TuneError('USAGE', {
      message: `${basename(second)} is one file too many`,
      expected: 'a single CSV file',
    });
  const [line = ''] = bytes.toString('utf8', 0, 65_536).split(/\r?\n/, 1);
  const delimiter = [';', '\t'].find(mark => line.includes(mark) && !line.includes(','));
  const cells = line.split(delimiter ?? ',');
  const header = !cells.every(cell => cell.trim() !== '' && Number.isFinite(Number(cell)));
  return {
    csv: {
      file: path(first),
      ...(!header && { header }),
      ...(delimiter && { delimiter }),
      ...(target !== undefined && { target }),
    },
  };
}

function missingTargets(file: string, kind: string, what: string): TuneError {
  return new TuneError('USAGE', {
    message: `${basename(file)} is an ${kind.toUpperCase()} file and needs ${what} in a second file`,
    hint: `tune init ${basename(file)} <labels>`,
  });
}
