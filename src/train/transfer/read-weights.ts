/** Reads trained weights from a file or folder of any format that is known here, told by its first bytes and not its name. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { invalid } from '../data/number-file.ts';
import { withOpenFile } from '../data/read-file.ts';
import { readCheckpointWeights } from './checkpoint-weights.ts';
import { readKerasArchive } from './keras-archive.ts';
import { readKerasH5 } from './keras-h5.ts';
import { listLayersModelFiles } from '../layers-model-files.ts';
import { readBytes } from '../read-bytes.ts';
import { descriptionIn } from './own-model.ts';
import type { PretrainedWeights } from './pretrained.ts';
import { readTfjsWeights } from './tfjs-weights.ts';

/**
 * @param path of a checkpoint of ours, a study's folder, a model folder or model.json of TensorFlow.js, or a .keras, .h5 or
 * .weights.h5 file
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function readWeights(path: string): Promise<PretrainedWeights> {
  const weights = await read(path);
  if (weights.layers.length === 0) throw invalid(weights.path, { message: 'no weights are in this file' });
  return weights;
}

/**
 * The files that readWeights reads there.
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function listWeightsFiles(path: string): Promise<readonly string[]> {
  const { file, start } = await find(path);
  if (!isModelJson(start)) return [file];
  const description = descriptionIn(dirname(file));
  return [...(await listLayersModelFiles(file)), ...(existsSync(description) ? [description] : [])];
}

async function read(path: string): Promise<PretrainedWeights> {
  const { file, start } = await find(path);
  if (start === '\x89HDF\r\n\x1a\n') return readKerasH5(file, await readBytes(file));
  if (start.startsWith('PK\x03\x04')) return readKerasArchive(file);
  if (isModelJson(start)) return readTfjsWeights(file);
  return readCheckpointWeights(file);
}

function isModelJson(start: string): boolean {
  return start.trimStart().startsWith('{');
}

/** The file that is meant, and its first bytes. */
async function find(path: string): Promise<{ readonly file: string; readonly start: string }> {
  const isFolder = await stat(path).then(
    entry => entry.isDirectory(),
    () => false,
  );
  const file = resolve(isFolder ? await modelIn(path) : path);
  const start = await withOpenFile(file, async handle => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.toString('latin1', 0, bytesRead);
  });
  return { file, start };
}

/** Of a model's folder, or of the last run in a study's. */
async function modelIn(folder: string): Promise<string> {
  const own = join(folder, 'model.json');
  if (existsSync(own)) return own;
  // <date>, <date>.2, ... <date>.10
  const runs = (await readdir(folder)).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return runs.map(run => join(folder, run, 'model', 'model.json')).find(existsSync) ?? own;
}
