/** Weights of another network, from a file or folder. */
import { join, resolve } from 'node:path';
import { readCheckpoint } from '../checkpoint.ts';
import type { PretrainedLayer } from './transfer.ts';

export async function readWeights(folder: string, from: string): Promise<PretrainedLayer[]> {
  const tensors = await readCheckpoint(join(resolve(folder, from), 'checkpoint.weights'));
  const layers = new Map<string, typeof tensors>();
  for (const tensor of tensors) {
    const name = tensor.name.slice(0, tensor.name.lastIndexOf('.'));
    layers.set(name, [...(layers.get(name) ?? []), tensor]);
  }
  return [...layers].map(([name, own]) => ({ name, tensors: own }));
}
