/** The best model made smaller step by step, with size, score and speed after each. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Chosen } from '../../space/technique.ts';
import type { Compression, Trained, Workbench } from '../compress/compression.ts';
import { quantizeModel } from '../compress/quantized-weights.ts';
import type { LabelledData } from '../data/dataset.ts';
import { score, type Score } from '../evaluate.ts';
import { saveKeras } from '../export-model.ts';
import type { Graphs } from '../graphs.ts';
import { measureInference } from '../inference-time.ts';
import { withModel } from '../named-tensors.ts';

/** A model before, between or after the steps. */
export interface Variant {
  /** "original", or the steps so far: "prune, quantize". */
  readonly name: string;
  /** In that of the best model, which has the original. */
  readonly folder: string;
  readonly parameters: number;
  /** Bytes of weights.bin. */
  readonly bytes: number;
  /** The same, gzipped. */
  readonly packedBytes: number;
  readonly test: Score;
  /** Milliseconds for each example of a batch. */
  readonly milliseconds: number;
}

export interface CompressionRequest {
  readonly dataset: LabelledData;
  readonly folder: string;
  readonly workbench: Workbench;
  readonly graphs: Graphs;
}

export async function compressed(
  original: Trained,
  steps: readonly Chosen<Compression>[],
  request: CompressionRequest,
): Promise<Variant[]> {
  const variants = [await measure('original', '.', original, request)];
  let model = original;
  for (const [index, { technique, knobs }] of steps.entries()) {
    model = await technique.compress(model, knobs, request.workbench);
    const names = steps.slice(0, index + 1).map(step => step.technique.name);
    const place = join('compressed', names.join('-'));
    await save(join(request.folder, place), model, request);
    variants.push(await measure(names.join(', '), place, model, request));
  }
  return variants;
}

async function measure(
  name: string,
  place: string,
  model: Trained,
  { folder, workbench: { batches }, graphs }: CompressionRequest,
): Promise<Variant> {
  const weights = await readFile(join(folder, place, 'weights.bin'));
  const { inferenceMsPerExample } = await withModel(model, (tensors, hyper) =>
    measureInference(model.program, batches, tensors, hyper, graphs),
  );
  return {
    name,
    folder: place,
    parameters: model.program.parameters,
    bytes: weights.length,
    packedBytes: gzipSync(weights).length,
    test: await score(model, batches, batches.test, graphs),
    milliseconds: inferenceMsPerExample,
  };
}

/** Quantized weights are made from a folder of full ones. */
async function save(
  folder: string,
  model: Trained,
  { dataset, workbench: { batches } }: CompressionRequest,
): Promise<void> {
  const data = { dataset, batches };
  if (model.storage === 'float32') return saveKeras(folder, [model], data);
  const full = `${folder}-full`;
  await saveKeras(full, [model], data);
  await quantizeModel(join(full, 'model.json'), folder, model.storage);
  await rm(full, { recursive: true });
}
