/**
 * Tuning by the validation gradient, as a space file asks for it: which of its parameters can be tuned so, in the space
 * with a parameter that says how a trial goes about it; and rows of their own to take that gradient from.
 */
import { TuneError } from '../errors.ts';
import { asksForGradients, refuseGradients } from '../space/check-gradients.ts';
import { defaultConfig } from '../space/default-config.ts';
import type { Finding } from '../space/finding.ts';
import { gradientSampler, isGradientTuned, withGradientTuned } from '../space/gradient-params.ts';
import { isRecord } from '../space/json.ts';
import { probes } from '../space/probes.ts';
import { resolve } from '../space/resolve.ts';
import type { Json, Param } from '../space/space.ts';
import type { Technique } from '../space/technique.ts';
import { tryToConfigure } from '../train/configured.ts';
import { inFile, located, planFile, type CompleteSpaceFile } from '../train/complete.ts';
import { dataKnobs, type DataSection } from '../train/data/section.ts';
import { isCrossValidated } from '../train/data/split.ts';
import { eligibility, type Refused } from '../train/hypergradient/eligible.ts';
import type { DataShape } from '../train/program.ts';
import { servedBy } from './feasible.ts';
import type { TuneFile } from './sections.ts';

export interface WithGradients<File> {
  readonly file: File;
  /** Parameters that were meant to be tuned by gradients, and are left to the sampler. */
  readonly refused: readonly Refused[];
}

/** Examples of what can be tuned. */
const expected =
  'a learning rate, a momentum or beta, l1, l2, weightDecay, labelSmoothing, the rate of gaussianDropout, a clipping limit or the strength of an augmentation';

/**
 * @returns the file as it is where it does not ask for gradients
 * @throws TuneError SPACE_INVALID where they can tune none of its parameters, DATA_INVALID for data without rows for them
 */
export function withGradients<F extends CompleteSpaceFile<Technique, Technique>>(
  file: F,
  data: DataShape,
): WithGradients<F> {
  const { space, search } = file;
  const sampler = search.sampler.technique.name;
  if (!asksForGradients({ params: space.params, sampler })) return { file, refused: [] };
  const isWanted = (param: Param): boolean =>
    isGradientTuned(param) || (sampler === gradientSampler && param.type === 'float');
  const { tuned, refused } = sortOut(file, data, space.params.filter(isWanted));
  if (tuned.size === 0) throw noneTuned(file, refused);
  const { hypergradient } = planFile(file, data, defaultConfig(space)).train;
  const standard = hypergradient.estimator === 'restart' ? 'restart' : 'online';
  return { file: withTuningRows({ ...file, space: withGradientTuned(space, tuned, standard) }), refused };
}

/** @throws TuneError SPACE_INVALID where the file asks an objective for gradients */
export function refuseGradientsOf(file: TuneFile): void {
  const asked = { params: file.space.params, sampler: file.search.sampler.technique.name };
  const problems = refuseGradients(asked, 'an objective').map(finding => located(finding, file));
  if (problems.length > 0) throw new TuneError('SPACE_INVALID', problems);
}

/** A parameter may be eligible with some choices of others and not with others. */
function sortOut(
  file: CompleteSpaceFile<Technique, Technique>,
  data: DataShape,
  wanted: readonly Param[],
): { readonly tuned: ReadonlySet<string>; readonly refused: readonly Refused[] } {
  const varied = file.space.params.filter(({ type }) => type === 'categorical' || type === 'boolean');
  const served = probes(file.space, varied).filter(servedBy(file));
  const found = served.flatMap(config => {
    const configured = tryToConfigure(file, data, config);
    return typeof configured === 'string' ? [] : [eligibility(file, data, config, wanted, configured)];
  });
  const tuned = new Set(found.flatMap(({ tuned }) => tuned.map(({ name }) => name)));
  const reasons = new Map(found.flatMap(({ refused }) => refused.map(({ name, reason }) => [name, reason] as const)));
  const refused = wanted
    .filter(({ name }) => !tuned.has(name))
    .map(({ name }) => ({ name, reason: reasons.get(name) ?? 'no configuration that was looked at has it' }));
  return { tuned, refused };
}

function noneTuned(file: CompleteSpaceFile<Technique, Technique>, refused: readonly Refused[]): TuneError {
  const { space, search } = file;
  const isExplicit = (name: string): boolean =>
    space.params.some(param => param.name === name && isGradientTuned(param));
  const problems: Finding[] = refused.map(({ name, reason }) => ({
    path: isExplicit(name) ? ['space', name, 'tune'] : ['space', name],
    message: `the gradient cannot tune "${name}": ${reason}`,
    expected,
    ...(isExplicit(name) && { hint: 'leave "tune" out, and the sampler searches for this parameter' }),
  }));
  if (search.sampler.technique.name === gradientSampler)
    problems.unshift({
      path: ['search', 'sampler'],
      message: 'the gradient can tune no parameter of this space',
      expected,
      hint: 'choose another sampler',
    });
  return new TuneError(
    'SPACE_INVALID',
    problems.map(finding => located(finding, file)),
  );
}

/** Where the file says nothing of rows to tune by, they are half of those that validate. */
function withTuningRows<F extends CompleteSpaceFile<Technique, Technique>>(file: F): F {
  const { data, space } = file;
  const divided = isSaid(data, ['split', 'tuning']) ? file : { ...file, data: withHalves(file) };
  const seen = new Set<string>();
  for (const config of probes(space)) {
    const resolved = resolve(divided.data, space, config);
    if (seen.size === seen.add(JSON.stringify(resolved)).size) continue;
    const problems = flawsOf(dataKnobs.parse(resolved));
    if (problems.length > 0) throw inFile(new TuneError('DATA_INVALID', problems), file, config, 'data');
  }
  return divided;
}

function isSaid(value: Json | undefined, [key, ...inner]: readonly string[]): boolean {
  if (key === undefined) return value !== undefined;
  return isRecord(value) && isSaid(value[key], inner);
}

function withHalves(file: CompleteSpaceFile<Technique, Technique>): Json {
  const { data, space } = file;
  const { split = {}, ...others } = isRecord(data) ? data : {};
  const standard = dataKnobs.parse({}).split.validation;
  const validation = isRecord(split) ? (split['validation'] ?? standard) : undefined;
  if (isRecord(data) && isRecord(split) && typeof validation === 'number')
    return { ...others, split: { ...split, validation: validation / 2, tuning: validation / 2 } };
  const problem = {
    path: ['data', 'split'],
    message: 'the rows that tune by gradients are half of those that validate, whose share is a parameter here',
    expected: '"tuning" in "split": a share of the examples',
  };
  throw inFile(new TuneError('DATA_INVALID', problem), file, defaultConfig(space), 'data');
}

/** Why a data section has no rows to tune by. */
function flawsOf({ split, streaming }: DataSection): (Finding & { readonly message: string })[] {
  return [
    ...(isCrossValidated(split)
      ? [
          {
            path: ['data', 'split', 'folds'],
            message: 'a trial that trains one model for each fold does not tune by gradients',
            expected: '"fold" beside "folds", or shares of the examples in their place',
          },
        ]
      : []),
    ...(streaming
      ? [
          {
            path: ['data', 'streaming'],
            message: 'training on streamed data does not tune by gradients',
            expected: 'data in memory: leave "streaming" out',
          },
        ]
      : []),
    ...(split.tuning === 0
      ? [
          {
            path: ['data', 'split', 'tuning'],
            message: 'there are no rows to take the validation gradient from: "tuning" is 0',
            expected: 'a share above 0, or no "tuning": half of the rows that validate',
          },
        ]
      : []),
  ];
}
