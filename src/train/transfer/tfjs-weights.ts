/**
 * Weights of LayersModel files of TensorFlow.js, as it saves and as its converter writes them. Models that this package
 * exported have their normalization taken off.
 */
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { notALayersModel, readLayersModelFiles } from '../layers-model-files.ts';
import { decodeWeights } from '../weights-manifest.ts';
import { withoutNormalization } from './own-model.ts';
import { byLayer, type FoundTensor, type PretrainedWeights } from './pretrained.ts';
import { layerNames, layersIn, type LayerConfig } from './topology.ts';

/** The converter puts what Keras had around the model. */
const converted = z.object({ model_config: z.unknown() });

/**
 * @param path of model.json
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function readTfjsWeights(path: string): Promise<PretrainedWeights> {
  const { json, weights } = await readLayersModelFiles(path);
  const order = layerNames(layersOf(path, json['modelTopology']));
  const found = weights.flatMap(({ entry, bytes }): FoundTensor[] => {
    if (entry.dtype !== 'float32') return [];
    const folders = entry.name.split('/');
    const name = folders.pop()!;
    const tensor = { name, shape: entry.shape, values: decodeWeights(entry, bytes) };
    return [{ layer: [layerOf(folders, order)], parts: [], tensor }];
  });
  const place = ({ layer: [name] }: FoundTensor): number => order.indexOf(name!);
  const layers = byLayer(found.toSorted((a, b) => place(a) - place(b)));
  return { path, layers: await withoutNormalization(dirname(path), layers), isOrdered: true };
}

function layersOf(path: string, topology: unknown): LayerConfig[] {
  try {
    return layersIn(converted.safeParse(topology).data?.model_config ?? topology);
  } catch (error) {
    throw notALayersModel(path, messageOf(error));
  }
}

/** The innermost known layer on the way: Keras may have put scopes around it, and cells inside. */
function layerOf(folders: readonly string[], order: readonly string[]): string {
  return folders.findLast(folder => order.includes(folder)) ?? folders.join('/');
}
