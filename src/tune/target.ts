/** What there is to tune: a path, the contents of a space file, or a space from code; with the options that override it. */
import { TuneError } from '../errors.ts';
import { toProblems } from '../space/finding.ts';
import { check } from '../space/issues.ts';
import { loadSpaceFile, parseSpaceFile } from '../space/parse.ts';
import { studyName, trialsAtOnce } from '../space/space-file.ts';
import type { Json, Space } from '../space/space.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import { choose } from './create-study.ts';
import type { TuneOptions } from './options.ts';
import { sections, type TuneFile } from './sections.ts';

export type TuneTarget = string | Readonly<Record<string, unknown>> | Space;

/** @throws TuneError FILE_UNREADABLE, SPACE_INVALID, or USAGE for options that name nothing */
export async function readTarget(target: TuneTarget, options: TuneOptions<any>): Promise<TuneFile> {
  const file = await readFile(target, options);
  const {
    seed,
    sampler,
    pruner,
    deterministic,
    repeats,
    confirm,
    name,
    direction,
    trials,
    duration,
    trialDuration,
    converged,
    gradientEvaluations,
  } = options;
  // It is a name of a folder too.
  const findings = name === undefined ? [] : check(studyName, name, 'name').findings;
  if (findings.length > 0) throw new TuneError('USAGE', toProblems(findings));
  const [first, ...others] = file.metrics;
  const metrics = [{ ...first!, ...(direction && { goal: direction }) }, ...others];
  return {
    ...file,
    ...withoutUndefined({ name, seed }),
    metric: metrics[0]!,
    metrics,
    budget: {
      ...file.budget,
      ...withoutUndefined({ trials, duration, trialDuration, converged, gradientEvaluations }),
    },
    search: {
      ...file.search,
      ...withoutUndefined({ repeats, confirm }),
      ...(deterministic !== undefined && { deterministic: trialsAtOnce(deterministic) }),
      sampler: sampler === undefined ? file.search.sampler : choose(sections.sampler, sampler),
      pruner: pruner === undefined ? file.search.pruner : choose(sections.pruner, pruner),
    },
  };
}

async function readFile(target: TuneTarget, { name, objective, metric }: TuneOptions<any>): Promise<TuneFile> {
  // An objective measures whatever it likes; only training has a validation loss.
  const standard = {
    ...(objective && { metric: 'value' }),
    ...(metric && { replaced: { metric: metric as unknown as Json } }),
  };
  if (typeof target === 'string') return loadSpaceFile(target, sections, standard);
  const named = name === undefined ? {} : { name };
  if (!isSpace(target)) return parseSpaceFile({ ...named, ...target }, sections, standard);
  return { ...parseSpaceFile(named, sections, standard), space: target };
}

function isSpace(target: Exclude<TuneTarget, string>): target is Space {
  return Array.isArray(target['params' as never]);
}
