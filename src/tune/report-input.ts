/** What reports are made from: of a run that has just ended, and of a stored study. */
import { relative } from 'node:path';
import { TuneError } from '../errors.ts';
import { environmentOf } from '../report/environment.ts';
import { pruningOf } from '../report/pruning.ts';
import type { DataFacts, Environment, Report, ReportInput } from '../report/report.ts';
import { workerOf } from '../report/workers.ts';
import { createConvergence, type Convergence } from '../samplers/convergence.ts';
import { nameOf } from '../space/chosen-name.ts';
import { asJson, equalJson } from '../space/json.ts';
import { loadSpaceFile } from '../space/parse.ts';
import { searched } from '../study/confirmations.ts';
import type { StudyCreated } from '../study/events.ts';
import type { StopCause } from '../study/loop.ts';
import type { Direction } from '../study/ports.ts';
import type { Study } from '../study/study.ts';
import type { Trial } from '../study/trial.ts';
import type { ExportedModel } from '../train/export-model.ts';
import { advisedFile } from './knobs.ts';
import type { TuneFile } from './sections.ts';
import { isToldBy, type StoredStudy } from './stored-study.ts';
import { recordedFile, recordedSections } from './study-facts.ts';

/** What more trials promise. */
export type ConvergenceOf = (trials: readonly Trial[]) => Convergence | undefined;

interface Run {
  readonly stopped: StopCause;
  readonly slots: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly model: ExportedModel | undefined;
  readonly convergence: ConvergenceOf | undefined;
  /** What it trained on, and the commit of the working folder. */
  readonly data: DataFacts | undefined;
  readonly commit: string | undefined;
}

/** Of a run that has ended, in the process that ran it. */
export function runInput(file: TuneFile, study: Study, run: Run): ReportInput {
  const { metrics, space, seed } = file;
  const { name, direction } = study;
  const trials = study.trials();
  const { stopped, slots, startedAt, finishedAt, model, convergence, data, commit } = run;
  return {
    study: name,
    direction,
    metric: metrics[0]!.name,
    ...(metrics.length > 1 && { metrics }),
    space,
    sections: recordedSections(file),
    trials,
    seed,
    stopped,
    ...searchOf(file, trials, direction, convergence),
    slots,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    environment: { ...environmentOf(), ...(commit !== undefined && { commit }) },
    ...(data && { data }),
    ...(file.file !== undefined && { spaceFile: file.file }),
    ...((file.file ?? file.data) !== undefined && { file: advisedFile(file) }),
    ...(model && { model }),
  };
}

type SearchFacts = Pick<ReportInput, 'budget' | 'sampler' | 'pruner' | 'repeats' | 'pruning' | 'convergence'>;

/** How a space file has its study searched, and what came of that. */
function searchOf(
  { budget, search }: TuneFile,
  trials: readonly Trial[],
  direction: Direction,
  convergence: ConvergenceOf | undefined,
): SearchFacts {
  const { technique, knobs } = search.pruner;
  const pruner = technique.create(knobs, direction);
  const pruning = pruningOf(searched(trials), pruner, { controls: search.controls, direction });
  const found = convergence?.(trials);
  return {
    budget,
    sampler: search.sampler.technique.name,
    pruner: nameOf(search.pruner),
    ...(search.repeats > 0 && { repeats: search.repeats }),
    ...(pruning && { pruning }),
    ...(found && { convergence: found }),
  };
}

/**
 * Of a stored study. What its events do not say is from its newest report, where that tells of the same trials; else
 * from the report of an earlier run and from the space file, as far as there are any.
 *
 * @throws TuneError STORAGE_FAILED where they do not say what is tuned
 */
export async function storedInput(stored: StoredStudy): Promise<ReportInput> {
  const { study, trials, report, source } = stored;
  if (!study)
    throw new TuneError('STORAGE_FAILED', {
      message: 'the study does not say what is tuned',
      where: { file: source.shown },
      hint: 'a study that Optuna made becomes one of ours with `tune import`',
    });
  const file = await fileOf(stored, study);
  return {
    ...definitionOf(study),
    trials,
    ...(file && { file: advisedFile(file) }),
    ...(report && stored.currentFolder !== undefined ? recorded(report, file) : await unrecorded(stored, study, file)),
  };
}

function definitionOf({
  study,
  direction,
  directions = [direction],
  space,
  seed,
  sections,
}: StudyCreated): Pick<ReportInput, 'study' | 'direction' | 'metric' | 'metrics' | 'space' | 'sections' | 'seed'> {
  const names = [sections?.['metric']].flat().filter(name => typeof name === 'string');
  const metrics = directions.map((goal, index) => ({ name: names[index] ?? nameless(index, directions.length), goal }));
  return {
    study,
    direction,
    metric: metrics[0]!.name,
    ...(metrics.length > 1 && { metrics }),
    space,
    ...(sections && { sections }),
    seed,
  };
}

/** Objectives in code need no name. */
function nameless(index: number, count: number): string {
  return count === 1 ? 'value' : `value ${index + 1}`;
}

type RunInput = Omit<ReportInput, keyof ReturnType<typeof definitionOf> | 'trials'>;

function recorded({ study, run, model, pruning, convergence, advice }: Report, file: TuneFile | undefined): RunInput {
  const { sampler, pruner, repeats, spaceFile } = study;
  return {
    ...run,
    sampler,
    pruner,
    ...(repeats !== undefined && { repeats }),
    ...(spaceFile !== undefined && { spaceFile }),
    ...(model && { model }),
    ...(pruning && { pruning }),
    ...(convergence && { convergence }),
    ...(advice && !file && { advice }),
  };
}

/** Of a run that has written no report: it still goes on, or was killed; or the trials run in a program of the user's. */
async function unrecorded(stored: StoredStudy, study: StudyCreated, file: TuneFile | undefined): Promise<RunInput> {
  const { trials, report } = stored;
  const own = report ? trials.filter(trial => !isToldBy(report, trial)) : trials;
  const times = own.flatMap(({ startedAt, finishedAt = startedAt }) => [startedAt, finishedAt]).toSorted();
  const isRunning = (await stored.source.users()).length > 0;
  const spaceFile = report?.study.spaceFile ?? file?.file;
  return {
    stopped: isRunning ? 'running' : 'interrupted',
    ...searchFacts(stored, study, file),
    slots: report?.run.slots ?? slotsOf(trials),
    startedAt: times[0] ?? study.at,
    finishedAt: times.at(-1) ?? study.at,
    environment: isRunning ? environmentOf() : environmentBefore(report),
    ...(spaceFile !== undefined && { spaceFile }),
  };
}

const unknown = 'unknown';

/** By the space file, else as in the run before. */
function searchFacts(
  { trials, report }: StoredStudy,
  { direction, directions = [direction] }: StudyCreated,
  file: TuneFile | undefined,
): SearchFacts {
  if (file) {
    const isConverging = file.budget.converged === true && directions.length === 1;
    return searchOf(file, trials, direction, isConverging ? createConvergence(file.space, direction) : undefined);
  }
  const { sampler = unknown, pruner = unknown, repeats } = report?.study ?? {};
  const budget = report?.run.budget ?? { trials: trials.length };
  return { budget, sampler, pruner, ...(repeats !== undefined && { repeats }) };
}

/** The space file, where it is still there and says the same of the space. */
async function fileOf({ folder }: StoredStudy, study: StudyCreated): Promise<TuneFile | undefined> {
  const path = recordedFile(folder, study);
  if (path === undefined) return undefined;
  const { sections } = await import('./sections.ts');
  try {
    const file = await loadSpaceFile(relative('', path), sections);
    return equalJson(asJson(file.space), asJson(study.space)) ? file : undefined;
  } catch (error) {
    if (error instanceof TuneError) return undefined;
    throw error;
  }
}

/** Those that have run anything: threads, of each worker its own. */
function slotsOf(trials: readonly Trial[]): number {
  const slots = trials.flatMap(trial => {
    const thread = trial.attributes?.['thread'];
    return thread === undefined ? [] : [JSON.stringify([workerOf(trial), thread])];
  });
  return Math.max(1, new Set(slots).size);
}

/** As far as it is known: not the user's code, and without a report not which TensorFlow trained. */
function environmentBefore(report: Report | undefined): Environment {
  const { commit: _, ...before } = report?.run.environment ?? environmentOf();
  if (report) return before;
  const { tensorflow: _unknown, ...here } = before;
  return here;
}
