/** The "data" section of space.json: where the examples come from, how they are split and normalized. */
import { z } from 'zod';
import type { DataDescription, Dataset } from './dataset.ts';
import { loaders } from './loaders/index.ts';
import type { LoadContext, Loader } from './loader.ts';
import { normalizeKnob } from './normalization.ts';
import { splitKnob } from './split.ts';

type LoaderName = keyof typeof loaders;

const names = Object.keys(loaders) as LoaderName[];

/** { "csv": "file.csv" } as well as { "csv": { "file": "file.csv" } }. */
function loaderKnob({ knobs, shorthand, summary }: Loader): z.ZodType {
  if (shorthand === undefined) return knobs.optional().describe(summary);
  const bare = z.string().transform((value): unknown => ({ [shorthand]: value }));
  return z
    .union([knobs, bare.pipe(knobs)])
    .optional()
    .describe(summary);
}

/** As trials read it: the source may be a data set from code. */
export const dataKnobs = z.strictObject({
  ...(Object.fromEntries(names.map(name => [name, loaderKnob(loaders[name])])) as Record<LoaderName, z.ZodType>),
  task: z
    .enum(['classification', 'regression'])
    .optional()
    .describe('what the targets are; default: classes for text and for a few whole numbers, else values'),
  split: splitKnob,
  normalize: normalizeKnob,
});

export const dataSection = dataKnobs.refine(section => names.filter(name => section[name] !== undefined).length === 1, {
  message: 'the data needs one source',
  params: { expected: `one of ${names.map(name => `"${name}"`).join(', ')}` },
});

export type DataSection = z.infer<typeof dataKnobs>;

/** @throws TuneError FILE_UNREADABLE or DATA_INVALID */
export function loadDataset(section: DataSection, folder: string, seed: number): Promise<Dataset> {
  const { loader, knobs, context } = sourceOf(section, folder, seed);
  return loader.load(knobs, context);
}

/**
 * What the data will be like, without its numbers where that is cheaper.
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export function describeDataset(section: DataSection, folder: string, seed: number): Promise<DataDescription> {
  const { loader, knobs, context } = sourceOf(section, folder, seed);
  return loader.describe ? loader.describe(knobs, context) : loader.load(knobs, context);
}

function sourceOf(section: DataSection, folder: string, seed: number) {
  const name = names.find(known => section[known] !== undefined)!;
  const loader: Loader = loaders[name];
  const context: LoadContext = { folder, seed, ...(section.task && { task: section.task }) };
  return { loader, knobs: section[name], context };
}
