/** Studies for objectives of any kind: ask for a configuration, do with it what you like, tell what came out. */
import { TuneError } from '../errors.ts';
import { refuseGradients } from '../space/check-gradients.ts';
import type { InferConfig } from '../space/define-space.ts';
import { toProblems } from '../space/finding.ts';
import { check } from '../space/issues.ts';
import type { Json, Space } from '../space/space.ts';
import type { Chosen, Technique } from '../space/technique.ts';
import { openJournal } from '../storage/journal.ts';
import { memoryStorage } from '../storage/memory.ts';
import type { Direction } from '../study/ports.ts';
import { steadyTime } from '../study/steady-time.ts';
import { openStudy } from '../study/open-study.ts';
import type { Study } from '../study/study.ts';
import type { z } from 'zod';
import { searchSections } from './search-sections.ts';

/** A technique by its name, or with its knobs: "median", { median: { startupTrials: 10 } }. */
export type TechniqueChoice = string | Readonly<Record<string, Readonly<Record<string, Json>>>>;

export interface CreateStudyOptions<S extends Space> {
  readonly space: S;
  /** Default "study". */
  readonly name?: string;
  /** Default "minimize". */
  readonly direction?: Direction;
  /** For several objectives, one for each: trials are told as many values. Instead of `direction`. */
  readonly directions?: readonly Direction[];
  /** A whole number from 0. Default 1. */
  readonly seed?: number;
  /** Default "auto". */
  readonly sampler?: TechniqueChoice;
  /** How many trials you mean to finish, if you know: "auto" plans ahead. */
  readonly planned?: number;
  /** Default "auto"; of several objectives "none", as a pruner goes by the first alone. Of several in a list, any stops a trial. */
  readonly pruner?: TechniqueChoice | readonly TechniqueChoice[];
  /**
   * How many trials run at once, where the same seed has to give the same decisions whichever of them end first: trial n
   * follows from the results of trials up to n minus this number, and `ask` wants these first. Default: all results count.
   */
  readonly deterministic?: number;
  /** How often the best configurations are tried again; the best is then that with the best mean. Default 0. */
  readonly repeats?: number;
  /** Path of a journal; a study that is there goes on. Default: the study lives in memory. */
  readonly storage?: string;
}

/**
 * Opens a study to ask and tell.
 *
 *     const study = await createStudy({ space });
 *     const trial = await study.ask();
 *     await study.tell(trial.id, objective(trial.config));
 *
 * @throws TuneError USAGE for unknown samplers and pruners, STUDY_CHANGED when the storage holds another study, STUDY_IN_USE
 */
export async function createStudy<S extends Space>(options: CreateStudyOptions<S>): Promise<Study<InferConfig<S>>> {
  const { space, name = 'study', seed = 1, deterministic, storage } = options;
  const directions = directionsOf(options);
  const sampler = choose(searchSections.sampler, options.sampler ?? 'auto');
  const pruner = choose(searchSections.pruner, options.pruner ?? (directions.length > 1 ? 'none' : 'auto'));
  const gradients = refuseGradients({ params: space.params, sampler: sampler.technique.name }, 'a study of your own');
  if (gradients.length > 0) throw new TuneError('USAGE', toProblems(gradients));
  return openStudy<InferConfig<S>>({
    name,
    space,
    direction: directions[0]!,
    directions,
    seed,
    sampler: sampler.technique.create(sampler.knobs),
    planned: options.planned,
    repeats: options.repeats,
    pruner: pruner.technique.create(pruner.knobs, directions[0]!),
    deterministic,
    storage: storage === undefined ? memoryStorage() : await openJournal(storage),
    now: steadyTime,
  });
}

/** @throws TuneError USAGE */
function directionsOf({ direction, directions }: CreateStudyOptions<Space>): readonly Direction[] {
  const given = directions ?? [direction ?? 'minimize'];
  const isAmbiguous = direction !== undefined && directions !== undefined && direction !== directions[0];
  if (given.length > 0 && !isAmbiguous && given.every(each => each === 'minimize' || each === 'maximize')) return given;
  throw new TuneError('USAGE', {
    message: `the directions are ${JSON.stringify(isAmbiguous ? { direction, directions } : given)}`,
    expected: '"direction" or "directions", of "minimize" and "maximize", one for each objective',
  });
}

/** @throws TuneError USAGE */
export function choose<T extends Technique>(
  schema: z.ZodType<Chosen<T>>,
  choice: TechniqueChoice | readonly TechniqueChoice[],
): Chosen<T> {
  const { data, findings } = check(schema, choice);
  if (!data) throw new TuneError('USAGE', toProblems(findings));
  return data;
}
