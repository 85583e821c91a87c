/**
 * Models that this package exported: tune.json beside model.json says whether the first layer normalizes the inputs, and the
 * last one puts values back into the units of the data. Those fit one data set only.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invalid } from '../data/number-file.ts';
import type { PretrainedLayer } from './pretrained.ts';

const method = z.object({ method: z.string() });
const description = z.object({
  format: z.literal('tfjs-tune/model/1'),
  task: z.enum(['classification', 'regression']),
  normalization: z.object({ inputs: method, targets: method }),
});

/** Where a model's folder says so. */
export function descriptionIn(folder: string): string {
  return join(folder, 'tune.json');
}

/** @throws TuneError DATA_INVALID when there is a tune.json of another form */
export async function withoutNormalization(
  folder: string,
  layers: readonly PretrainedLayer[],
): Promise<readonly PretrainedLayer[]> {
  const path = descriptionIn(folder);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return layers;
  const { task, normalization } = parse(path, text);
  const first = normalization.inputs.method === 'none' ? 0 : 1;
  const last = task === 'classification' || normalization.targets.method === 'none' ? 0 : 1;
  return layers.slice(first, layers.length - last);
}

function parse(path: string, text: string): z.infer<typeof description> {
  try {
    return description.parse(JSON.parse(text));
  } catch {
    throw invalid(path, { message: 'this does not describe a model', expected: 'tune.json as this package writes it' });
  }
}
