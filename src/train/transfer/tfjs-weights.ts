/**
 * LayersModel files of TensorFlow.js: model.json has the layers and says which bytes of which files beside it are which
 * tensor. Read without TensorFlow. Models that this package exported have their normalization taken off.
 */
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { invalid } from '../data/number-file.ts';
import { sizeOf } from '../shape.ts';
import { bytesPerValue, decodeWeights, manifestEntry, storedType, type ManifestEntry } from '../weights-manifest.ts';
import { withoutNormalization } from './own-model.ts';
import { readBytes } from './read-bytes.ts';
import { byLayer, type FoundTensor, type PretrainedWeights } from './pretrained.ts';
import { layersIn, type LayerConfig } from './topology.ts';

const group = z.object({ paths: z.array(z.string()), weights: z.array(manifestEntry) });
const modelFile = z.object({ modelTopology: z.unknown(), weightsManifest: z.array(group) });
/** The converter puts what Keras had around the model. */
const converted = z.object({ model_config: z.unknown() });

/**
 * @param path of model.json
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function readTfjsWeights(path: string): Promise<PretrainedWeights> {
  const { model, manifest } = parseModel(path, await readBytes(path));
  const order = flat(model);
  const found: FoundTensor[] = [];
  for (const { paths, weights } of manifest) found.push(...(await readGroup(path, paths, weights, order)));
  const place = ({ layer }: FoundTensor): number => order.indexOf(layer);
  const layers = byLayer(found.toSorted((a, b) => place(a) - place(b)));
  return { path, layers: await withoutNormalization(dirname(path), layers), isOrdered: true };
}

function parseModel(path: string, bytes: Buffer): { model: LayerConfig[]; manifest: z.infer<typeof group>[] } {
  try {
    const { modelTopology, weightsManifest } = modelFile.parse(JSON.parse(bytes.toString('utf8')));
    return {
      model: layersIn(converted.safeParse(modelTopology).data?.model_config ?? modelTopology),
      manifest: weightsManifest,
    };
  } catch (error) {
    throw invalid(path, {
      message: `this is no LayersModel of TensorFlow.js: ${error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)}`,
      expected:
        'model.json as model.save() of TensorFlow.js or tensorflowjs_converter --output_format tfjs_layers_model writes it',
    });
  }
}

/** Names in the order of the model, those of a nested one in its place. */
function flat(model: readonly LayerConfig[]): string[] {
  return model.flatMap(({ name, layers }) => (layers.length > 0 ? flat(layers) : [name]));
}

async function readGroup(
  path: string,
  files: readonly string[],
  entries: readonly ManifestEntry[],
  order: readonly string[],
): Promise<FoundTensor[]> {
  const lengths = entries.map(entry => {
    const size = bytesPerValue.get(storedType(entry));
    if (size === undefined)
      throw invalid(path, {
        message: `the weight "${entry.name}" is of type ${storedType(entry)}`,
        expected: `one of ${[...bytesPerValue.keys()].join(', ')}`,
      });
    return sizeOf(entry.shape) * size;
  });
  const expected = lengths.reduce((sum, length) => sum + length, 0);
  const bytes = await readShards(path, files, expected);
  let end = 0;
  return entries.flatMap((entry, index) => {
    const own = bytes.subarray(end, (end += lengths[index]!));
    if (entry.dtype !== 'float32') return [];
    const folders = entry.name.split('/');
    const name = folders.pop()!;
    const layer = layerOf(folders, order);
    return [{ layer, folders: [], tensor: { name, shape: entry.shape, values: decodeWeights(entry, own) } }];
  });
}

/** The innermost known layer on the way: Keras may have put scopes around it, and cells inside. */
function layerOf(folders: readonly string[], order: readonly string[]): string {
  return folders.findLast(folder => order.includes(folder)) ?? folders.join('/');
}

/** The bytes of files, one after the other: as many as expected. */
async function readShards(path: string, files: readonly string[], expected: number): Promise<Buffer> {
  const shards: Buffer[] = [];
  let length = 0;
  for (const file of files) {
    const inside = normalize(file);
    if (isAbsolute(inside) || inside.split(/[\\/]/).includes('..'))
      throw invalid(path, {
        message: `the weights lead out of the folder: ${file}`,
        expected: 'files beside model.json',
      });
    // No more than is needed, so that a file that is listed over and over fills no memory.
    const shard = length > expected ? Buffer.alloc(0) : await readBytes(join(dirname(path), inside));
    length += shard.length;
    shards.push(shard);
  }
  if (length !== expected)
    throw invalid(path, {
      message: `the weights in ${files.join(', ')} are ${length} bytes${length > expected ? ' or more' : ''}`,
      expected: `${expected}, as the weightsManifest says`,
    });
  return Buffer.concat(shards);
}
