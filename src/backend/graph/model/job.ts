/** What tfjs has made of the arguments of a fit when it comes to the loop. */
import type { Tensor } from '../../tf.ts';
import type { BatchFunction, FitLoop, LayersCallback, LayersModel } from './layers-model.ts';

export interface Job {
  readonly model: LayersModel;
  readonly seed: number;
  readonly train: BatchFunction;
  /** Inputs, targets, and per output its sample weights or null: [rows, ...] each. */
  readonly data: readonly (Tensor | null)[];
  readonly rows: number;
  /** Names of the loss and the metrics. */
  readonly labels: readonly string[];
  readonly batchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly verbose: number;
  readonly shuffle: boolean | string;
  readonly callbacks: readonly LayersCallback[];
  /** Names of all that callbacks see. */
  readonly callbackMetrics: readonly string[];
  readonly validation: Validation | undefined;
}

export interface Validation {
  readonly test: BatchFunction;
  readonly data: readonly Tensor[];
}

export type Logs = Record<string, number>;

/** With the defaults that tfjs's own loop has. */
export function jobOf(model: LayersModel, seed: number, given: Parameters<FitLoop>): Job {
  const [train, data, labels, batchSize, epochs, verbose, callbacks, test, validationData, shuffle, ...rest] = given;
  const [callbackMetrics, initialEpoch] = rest;
  return {
    model,
    seed,
    train,
    data,
    rows: rowsOf(data),
    labels,
    batchSize: batchSize ?? 32,
    epochs: epochs ?? 1,
    initialEpoch: initialEpoch ?? 0,
    verbose: verbose ?? 1,
    shuffle: shuffle ?? true,
    callbacks,
    callbackMetrics,
    validation: test && validationData ? { test, data: validationData } : undefined,
  };
}

/** Others are for tfjs's own loop, which says what is wrong with them. */
export function isPossible({ rows, shuffle, validation }: Job): boolean {
  return rows > 0 && typeof shuffle === 'boolean' && (!validation || rowsOf(validation.data) > 0);
}

function rowsOf(data: readonly (Tensor | null)[]): number {
  return data[0]!.shape[0]!;
}
