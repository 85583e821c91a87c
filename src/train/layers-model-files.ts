/**
 * LayersModel files of TensorFlow.js as they are on disk: model.json says what the layers are, and which bytes of which files
 * beside it are which weight. Read and written without TensorFlow.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { isWithin } from '../within.ts';
import { invalid } from './data/number-file.ts';
import { readBytes } from './read-bytes.ts';
import { sizeOf } from './shape.ts';
import { bytesPerValue, manifestEntry, storedType, type ManifestEntry } from './weights-manifest.ts';

export interface StoredWeight {
  readonly entry: ManifestEntry;
  readonly bytes: Uint8Array;
}

export interface LayersModelFiles {
  /** What model.json has beside its weights: format, modelTopology and so on. */
  readonly json: Readonly<Record<string, unknown>>;
  /** In the order of the file. */
  readonly weights: readonly StoredWeight[];
}

const group = z.object({ paths: z.array(z.string()), weights: z.array(manifestEntry) });
const modelJson = z.object({ modelTopology: z.unknown(), weightsManifest: z.array(group) });

/**
 * @param path of model.json
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function readLayersModelFiles(path: string): Promise<LayersModelFiles> {
  const { json, groups } = parse(path, await readBytes(path));
  const weights: StoredWeight[] = [];
  for (const { paths, weights: entries } of groups) weights.push(...(await readGroup(path, paths, entries)));
  return { json, weights };
}

/**
 * The files that are read for it: model.json and those of the weights.
 * @param path of model.json
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function listLayersModelFiles(path: string): Promise<readonly string[]> {
  const { groups } = parse(path, await readBytes(path));
  const shards = groups.flatMap(({ paths }) => paths).map(file => shardPath(path, file));
  return [path, ...new Set(await Promise.all(shards))];
}

/** Makes `folder` a model with one file of weights. */
export async function writeLayersModelFiles(folder: string, { json, weights }: LayersModelFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = [{ paths: ['weights.bin'], weights: weights.map(({ entry }) => entry) }];
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(weights.map(({ bytes }) => bytes)));
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...json, weightsManifest: manifest }));
}

function parse(path: string, bytes: Buffer): Pick<LayersModelFiles, 'json'> & { groups: z.infer<typeof group>[] } {
  try {
    const json = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    return { json, groups: modelJson.parse(json).weightsManifest };
  } catch (error) {
    throw notALayersModel(path, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
  }
}

export function notALayersModel(path: string, reason: string) {
  return invalid(path, {
    message: `this is no LayersModel of TensorFlow.js: ${reason}`,
    expected:
      'model.json as model.save() of TensorFlow.js or tensorflowjs_converter --output_format tfjs_layers_model writes it',
  });
}

async function readGroup(
  path: string,
  files: readonly string[],
  entries: readonly ManifestEntry[],
): Promise<StoredWeight[]> {
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
  return entries.map((entry, index) => ({ entry, bytes: bytes.subarray(end, (end += lengths[index]!)) }));
}

/** The bytes of files, one after the other: as many as expected. */
async function readShards(path: string, files: readonly string[], expected: number): Promise<Buffer> {
  const shards: Buffer[] = [];
  let length = 0;
  for (const file of files) {
    const beside = await shardPath(path, file);
    // No more than is needed, so that a file that is listed over and over fills no memory.
    const shard = length > expected ? Buffer.alloc(0) : await readBytes(beside);
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

/** @throws TuneError DATA_INVALID for a name or a link that leads out of the folder of model.json */
async function shardPath(path: string, file: string): Promise<string> {
  const inside = normalize(file);
  const beside = join(dirname(path), inside);
  const leadsOut = isAbsolute(inside) || inside.split(/[\\/]/).includes('..');
  if (!leadsOut && (await isWithin(dirname(path), beside))) return beside;
  throw invalid(path, {
    message: `the weights lead out of the folder: ${file}`,
    expected: 'files beside model.json',
  });
}
