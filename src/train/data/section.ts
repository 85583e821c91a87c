/** The "data" section of space.json: where the examples come from, how they are split and normalized. */
import { join } from 'node:path';
import { z } from 'zod';
import { thisSite } from '../../backend/site.ts';
import { oneOf } from '../../space/nearest.ts';
import type { DataDescription, Dataset } from './dataset.ts';
import { loaders } from './loaders/index.ts';
import type { LoadContext, Loader, SplitColumns } from './loader.ts';
import { checkMix, mixKnob } from './mix.ts';
import { normalizeKnob } from './normalization.ts';
import { trainingExamplesKnob } from './parts.ts';
import { splitKnob } from './split.ts';
import { cachedRows } from './streaming/rows-cache.ts';
import { streamingKnob, type StreamedDataset } from './streaming/streamed.ts';
import { withVectors, zeroShotKnob } from './zero-shot.ts';

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
export const dataKnobs = z
  .strictObject({
    ...(Object.fromEntries(names.map(name => [name, loaderKnob(loaders[name])])) as Record<LoaderName, z.ZodType>),
    task: z
      .enum(['classification', 'regression'])
      .optional()
      .describe('what the targets are; default: classes for text and for a few whole numbers, else values'),
    split: splitKnob,
    trainingExamples: trainingExamplesKnob,
    mix: mixKnob.optional().describe('generated examples among the training rows; never in validation or test'),
    normalize: normalizeKnob,
    streaming: streamingKnob,
    zeroShot: zeroShotKnob,
  })
  .refine(({ streaming, mix }) => !streaming || !mix, {
    path: ['mix'],
    message: 'streamed data is not mixed with generated examples',
    params: { expected: '"mix" or "streaming"' },
  });

const streamed = names.filter(name => (loaders[name] as Loader).stream);

export const dataSection = dataKnobs
  .refine(section => names.filter(name => section[name] !== undefined).length === 1, {
    message: 'the data needs one source',
    params: { expected: oneOf(names) },
  })
  .refine(({ streaming, ...section }) => !streaming || streamed.some(name => section[name] !== undefined), {
    path: ['streaming'],
    message: 'this source is not read by streaming',
    params: { expected: oneOf(streamed) },
  });

export type DataSection = z.infer<typeof dataKnobs>;

/**
 * The data that the section's source has; trials add what withMix() generates.
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function loadDataset(section: DataSection, folder: string, seed: number): Promise<Dataset> {
  const { loader, knobs, context } = loading(section, folder, seed);
  return withVectors(await loader.load(knobs, context), section.zeroShot);
}

/**
 * The same, with the inputs in a file: what a section with "streaming" wants.
 * @throws TuneError FILE_UNREADABLE, DATA_INVALID or STORAGE_FAILED
 */
export async function streamDataset(section: DataSection, folder: string, seed: number): Promise<StreamedDataset> {
  const { loader, knobs, context } = loading(section, folder, seed);
  const cache = join(thisSite().cache, 'rows');
  const { task, splitBy } = context;
  const rows = await cachedRows(cache, [loader.name, knobs, task, splitBy], loader.stream!(knobs, context));
  return withVectors({ ...rows, chunk: section.streaming! }, section.zeroShot);
}

/**
 * What the data will be like, without its numbers where that is cheaper.
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function describeDataset(section: DataSection, folder: string, seed: number): Promise<DataDescription> {
  const { loader, knobs, context } = loading(section, folder, seed);
  const described = section.streaming
    ? await streamDataset(section, folder, seed)
    : withVectors(await (loader.describe ?? loader.load)(knobs, context), section.zeroShot);
  if (section.mix) await checkMix(described, section.mix, seed);
  return described;
}

/** The part of a section that the data depends on, before it is split: sections of the same source share what it loads. */
export function sourceOf(section: DataSection): string {
  const name = sourceName(section);
  return JSON.stringify([
    name,
    section[name],
    section.task,
    splitColumns(section),
    section.zeroShot,
    section.streaming,
  ]);
}

function loading(section: DataSection, folder: string, seed: number) {
  const { task } = section;
  const context: LoadContext = { folder, seed, splitBy: splitColumns(section), ...(task && { task }) };
  return { ...sourceLoader(section), context };
}

/** What reads the section's source, and what the section says to it. */
export function sourceLoader(section: DataSection): { readonly loader: Loader; readonly knobs: unknown } {
  const name = sourceName(section);
  return { loader: loaders[name], knobs: section[name] };
}

function splitColumns({ split: { group, time } }: DataSection): SplitColumns {
  return { group, time };
}

function sourceName(section: DataSection): LoaderName {
  return names.find(known => section[known] !== undefined)!;
}
