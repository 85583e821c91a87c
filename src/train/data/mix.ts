/**
 * Synthetic mix: generated examples among the training rows, a share of them; validation and test stay as they are.
 * Tremblay et al. 2018, https://arxiv.org/abs/1804.06516: synthetic images and a few real ones beat the real ones alone.
 */
import { z } from 'zod';
import { TuneError } from '../../errors.ts';
import { oneOf } from '../../space/nearest.ts';
import { createRng } from '../../study/rng.ts';
import type { DataDescription, Dataset } from './dataset.ts';
import { loaders } from './loaders/index.ts';
import type { Loader } from './loader.ts';
import { concatenate, pickRows } from './numbers.ts';
import { partsOf, type PartKnobs } from './parts.ts';
import { createProblemList } from './problem-list.ts';

/** Loaders that make as many examples as they are asked for, and the knobs that are left to choose. */
const generators = new Map(
  Object.values<Loader>(loaders).flatMap(loader => {
    const { knobs } = loader;
    const isGenerator = knobs instanceof z.ZodObject && 'examples' in knobs.shape;
    return isGenerator ? [[loader.name, { loader, knobs: knobs.omit({ examples: true }) }] as const] : [];
  }),
);
const names = [...generators.keys()];

/** What the loaders make at least, and at most. */
const fewest = 20;
const most = 1_000_000;

export const mixKnob = z
  .strictObject({
    ...Object.fromEntries(
      [...generators].map(([name, { loader, knobs }]) => [name, knobs.optional().describe(loader.summary)]),
    ),
    share: z.number().min(0).lt(1).default(0.5).describe('share of generated examples among those that train; 0: none'),
  })
  .refine(mix => names.filter(name => name in mix).length === 1, {
    message: 'the mix needs one procedure',
    params: { expected: `one of ${names.map(name => `"${name}"`).join(', ')}` },
  });

export type Mix = z.infer<typeof mixKnob> & Readonly<Record<string, unknown>>;

/**
 * The data set with generated examples before its own, for training only; as many as make up the share.
 * @param seed the study's
 * @throws TuneError DATA_INVALID when they do not fit
 */
export async function withMix(dataset: Dataset, knobs: PartKnobs & { mix?: Mix }, seed: number): Promise<Dataset> {
  const { mix } = knobs;
  if (!mix) return dataset;
  const real = partsOf(dataset, knobs, seed).train.length;
  const count = Math.round((real * mix.share) / (1 - mix.share));
  if (count > most)
    throw new TuneError('DATA_INVALID', {
      message: `a share of ${mix.share} beside ${real} training rows would be ${count} generated examples`,
      expected: `at most ${most}`,
    });
  return count === 0 ? dataset : joined(await generate(mix, count, seed), dataset);
}

/**
 * Whether generated examples will fit, before anything is loaded.
 * @throws TuneError DATA_INVALID
 */
export async function checkMix(data: DataDescription, mix: Mix, seed: number): Promise<void> {
  refuseMisfits(await generate(mix, fewest, seed), data);
}

async function generate(mix: Mix, count: number, seed: number): Promise<Dataset> {
  const name = names.find(known => mix[known] !== undefined)!;
  // Not the seed of the data, which may come from the same procedure: its test examples would be among these.
  const rng = createRng(seed, 'mix');
  const context = { folder: '.', seed: rng.int(2 ** 31) };
  const examples = Math.max(count, fewest);
  const made = await generators.get(name)!.loader.load({ ...(mix[name] as object), examples }, context);
  return made.size === count
    ? made
    : picked(made, rng.shuffle(Int32Array.from({ length: made.size }, (_, row) => row)).subarray(0, count));
}

/** Some of the rows. */
function picked(dataset: Dataset, rows: Int32Array): Dataset {
  const take = <T extends Float32Array | Uint8Array | Int32Array>(values: T): T =>
    pickRows(values, values.length / dataset.size, rows);
  return { ...dataset, size: rows.length, inputs: take(dataset.inputs), targets: take(dataset.targets) };
}

function joined(generated: Dataset, dataset: Dataset): Dataset {
  refuseMisfits(generated, dataset);
  if (generated.inputs.constructor !== dataset.inputs.constructor)
    throw new TuneError('DATA_INVALID', {
      message: `the generated examples are ${kindOf(generated)}, those of the data ${kindOf(dataset)}`,
      expected: 'the same kind',
      ...(generated.inputs instanceof Uint8Array && { hint: 'NumPy saves bytes after array.astype("uint8")' }),
    });
  const { groups, times } = dataset;
  const places = generated.classes?.map(name => dataset.classes!.indexOf(name));
  const targets = places ? generated.targets.map(target => places[target]!) : generated.targets;
  return {
    ...dataset,
    size: generated.size + dataset.size,
    trainOnly: generated.size + (dataset.trainOnly ?? 0),
    inputs: joinedTo(generated.inputs, dataset.inputs),
    targets: joinedTo(targets, dataset.targets),
    // The generated rows are never split.
    ...(groups && { groups: joinedTo(new Int32Array(generated.size), groups) }),
    ...(times && { times: joinedTo(new Float64Array(generated.size), times) }),
  };
}

function kindOf({ inputs }: Dataset): string {
  return inputs instanceof Uint8Array ? 'bytes from 0 to 255' : 'numbers of 32 bits';
}

function joinedTo<T extends Float32Array | Float64Array | Uint8Array | Int32Array>(first: T, second: T): T {
  return concatenate(second.constructor as new (length: number) => T, [first, second]);
}

function refuseMisfits(generated: DataDescription, data: DataDescription): void {
  const problems = createProblemList();
  const expect = (what: string, found: string, expected: string): void => {
    if (found !== expected)
      problems.add(() => ({ message: `${what} of the mix is ${found}`, expected: `${expected}, as in the data` }));
  };
  expect('the task', generated.task, data.task);
  expect('the shape', `[${generated.inputShape.join(', ')}]`, `[${data.inputShape.join(', ')}]`);
  if (generated.task === data.task)
    expect('the number of targets', String(generated.targetSize), String(data.targetSize));
  for (const name of data.classes ? (generated.classes ?? []) : [])
    if (!data.classes!.includes(name))
      problems.add(() => ({
        message: `the class "${name}" of the mix is none of the data`,
        expected: oneOf(data.classes!),
      }));
  problems.refuse();
}
