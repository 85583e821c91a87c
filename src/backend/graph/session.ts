/** A graph that TensorFlow has loaded and runs as a whole. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Tensor } from '../tf.ts';
import { theBackend } from '../native-backend.ts';
import { NotCompilable } from './not-compilable.ts';

export interface Session {
  /** Feeds the placeholders and returns the fetched values, both in the order of their names. */
  run(inputs: readonly Tensor[]): Tensor[];
  close(): void;
}

/** Of the one graph in its SavedModel. */
export const savedModelTag = 'step';

/** The same each time: TensorFlow keeps statistics of every path that it ever loaded from. */
const folder = join(tmpdir(), `tfjs-tune-graph-${randomUUID()}`);

/**
 * @param savedModel bytes of a SavedModel
 * @throws NotCompilable
 */
export function openSession(savedModel: Uint8Array, inputs: readonly string[], outputs: readonly string[]): Session {
  const backend = theBackend();
  const { binding } = backend;
  let id: number;
  try {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'saved_model.pb'), savedModel);
    id = binding.loadSavedModel(folder, savedModelTag);
  } catch (error) {
    throw new NotCompilable(`TensorFlow does not load its graph: ${messageOf(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const list = (names: readonly string[]): string => names.map(name => `${name}:0`).join(',');
  const [inputNames, outputNames] = [list(inputs), list(outputs)];
  return {
    run: tensors =>
      binding
        .runSavedModel(id, backend.getInputTensorIds(tensors), inputNames, outputNames)
        .map(metadata => backend.createOutputTensor(metadata)),
    close: () => binding.deleteSavedModel(id),
  };
}
