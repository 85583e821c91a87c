/** A data set in memory: plain typed arrays, so that all threads of a host share one copy. */

import type { TableFormat } from './csv-columns.ts';

export type Task = 'classification' | 'regression';

/** What is known of a data set before its numbers are read. */
export interface DataDescription {
  readonly task: Task;
  /** Number of examples, fixed test examples included. */
  readonly size: number;
  /** Shape of one example: [features], or [height, width, channels]. */
  readonly inputShape: readonly number[];
  /** Values per example: 1 for classes. */
  readonly targetSize: number;
  /** Names of the classes by number; only for classification. */
  readonly classes?: readonly string[];
  /** The last rows that are the test set, where the data says so itself. */
  readonly testSize?: number;
  /** Vectors of the classes, for zero-shot learning. */
  readonly classVectors?: ClassVectors;
  /** The first rows that may train, but neither validate nor test: generated ones. Default: none. */
  readonly trainOnly?: number;
  /** Names of the input features, where the data has them. */
  readonly columns?: readonly string[];
  /** Of what kind the table is that the inputs come from, where they do. */
  readonly table?: TableFormat;
  /** Names of the targets, where the data has them. */
  readonly target?: readonly string[];
}

/** What the split of the rows depends on. */
export interface LabelledData extends DataDescription {
  /** [size, targetSize]: class numbers, or values. */
  readonly targets: Float32Array | Int32Array;
  /** [size]: number of each row's group, where groups must not be torn apart by the split. */
  readonly groups?: Int32Array;
  /** [size]: when each row was, where the split is by time. */
  readonly times?: Float64Array;
}

export interface Dataset extends LabelledData {
  /** [size, ...inputShape], row by row. Images may stay bytes. */
  readonly inputs: Float32Array | Uint8Array;
}

/** What a finished model says of an example. */
export type OutputKind = 'probabilities' | 'similarities' | 'values';

export function outputKind({ task, classVectors }: Pick<DataDescription, 'task' | 'classVectors'>): OutputKind {
  if (task === 'regression') return 'values';
  return classVectors ? 'similarities' : 'probabilities';
}

export interface ClassVectors {
  /** Numbers of one vector. */
  readonly length: number;
  /** [classes, length] */
  readonly values: Float32Array;
  /** Numbers of the classes that training must not see. */
  readonly unseen: readonly number[];
}

/** The same data in shared memory, for all threads of this process. */
export function inSharedMemory<T extends LabelledData & Partial<Dataset>>(data: T): T {
  const { inputs, targets, groups, times } = data;
  return {
    ...data,
    targets: shared(targets),
    ...(inputs && { inputs: shared(inputs) }),
    ...(groups && { groups: shared(groups) }),
    ...(times && { times: shared(times) }),
  };
}

function shared<T extends Float32Array | Float64Array | Uint8Array | Int32Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const Type = values.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new Type(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
