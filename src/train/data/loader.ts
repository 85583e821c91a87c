/** What a loader is: a technique that makes a data set, from files or by a procedure. */
import type { Technique } from '../../space/technique.ts';
import type { DataDescription, Dataset, Task } from './dataset.ts';
import type { RowSource } from './streaming/streamed.ts';

export interface LoadContext {
  /** Relative paths start here: the folder of the space file. */
  readonly folder: string;
  /** The study's seed, for data made by a procedure. */
  readonly seed: number;
  /** What the "data" section says about the targets; undefined: the loader decides by looking at them. */
  readonly task?: Task;
  /** Columns that the split goes by. */
  readonly splitBy?: SplitColumns;
}

export interface SplitColumns {
  readonly group?: string | undefined;
  readonly time?: string | undefined;
}

export interface Loader<Knobs = any> extends Technique<Knobs> {
  /** @throws TuneError FILE_UNREADABLE, or DATA_INVALID with the place in the file and what was expected there */
  load(knobs: Knobs, context: LoadContext): Promise<Dataset>;
  /** Where the data may be larger than memory: how to pass it through. */
  stream?(knobs: Knobs, context: LoadContext): RowSource;
  /** What it reads: files, or folders of files, from the folder of the space file. Default: nothing. */
  files?(knobs: Knobs): readonly (string | undefined)[];
  /** The same without the numbers, and without TensorFlow, where loading is dear or needs it. Default: load. */
  describe?(knobs: Knobs, context: LoadContext): Promise<DataDescription>;
}

/** Checks a definition's types; the identity at run time. */
export function loader<Knobs>(definition: Loader<Knobs>): Loader<Knobs> {
  return definition;
}
