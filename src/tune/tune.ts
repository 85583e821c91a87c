/**
 * The main job: from a space file (or a space and an objective) to the best model, its configuration and a report. Opens
 * the study, runs its trials, exports the best model and writes the report; every step is a module of its own below.
 */
import { rm } from 'node:fs/promises';
import { join, resolve as resolvePath } from 'node:path';
import { TuneError } from '../errors.ts';
import { withControls } from '../pruners/controls.ts';
import { commitOf } from '../report/commit.ts';
import { pastOf } from '../report/nights.ts';
import { summarize } from '../report/summarize.ts';
import { latestReport, reserveReportFolder, writeReport } from '../report/write.ts';
import { createConvergence } from '../samplers/convergence.ts';
import { withGradientStarts } from '../samplers/gradient-starts.ts';
import type { InferConfig } from '../space/define-space.ts';
import type { Config, Space } from '../space/space.ts';
import { isDiskFull, storageFailed } from '../storage-failed.ts';
import { confirming, mostConfirmed } from '../study/confirmations.ts';
import { hasEnded } from '../study/count-finished.ts';
import type { StudyEvent } from '../study/events.ts';
import { runStudy, type StopCause } from '../study/loop.ts';
import { spent } from '../study/spent.ts';
import { steadyTime } from '../study/steady-time.ts';
import { openStudy } from '../study/open-study.ts';
import type { Study } from '../study/study.ts';
import type { Trial } from '../study/trial.ts';
import { ensembleSize } from '../train/after/ensemble-size.ts';
import type { ExportedModel } from '../train/export-model.ts';
import { dropCheckpoints, keepBest } from './checkpoints.ts';
import { dataFacts } from './data-facts.ts';
import { enqueueFirst, inherit, legalRivals } from './first-trials.ts';
import { makeFolder } from './make-folder.ts';
import type { TuneOptions, TuneResult } from './options.ts';
import { runInput, type ConvergenceOf } from './report-input.ts';
import type { TuneFile } from './sections.ts';
import { tellsOf } from './stored-study.ts';
import { describeChanges, studyFacts } from './study-facts.ts';
import { readTarget, type TuneTarget } from './target.ts';
import { planWork, type Observe, type StudyExecutor } from './work.ts';
import { databaseHome, journalHome, type OpenOptions, type StudyHome } from './study-home.ts';
import { placeOf } from './study-place.ts';

/**
 * Tunes what a space file describes, or an objective in code.
 *
 *     const { best, files } = await tune('space.json', { trials: 50 });
 *
 * @param target path of a space file, its contents as an object, or a space from defineSpace together with an objective
 * @returns the best trial, every trial, and the paths of model and reports
 * @throws TuneError for anything wrong with the file, the data or the machine; failing trials are results, not errors
 */
export function tune<S extends Space>(
  target: S,
  options: TuneOptions<InferConfig<S>> & Required<Pick<TuneOptions<InferConfig<S>>, 'name' | 'objective'>>,
): Promise<TuneResult<InferConfig<S>>>;
export function tune(target: string | Readonly<Record<string, unknown>>, options?: TuneOptions): Promise<TuneResult>;
export async function tune(target: TuneTarget, options: TuneOptions<any> = {}): Promise<TuneResult<any>> {
  const startedAt = steadyTime();
  const observe: Observe = options.observe ?? (() => undefined);
  const given = await readTarget(target, options);
  if (options.join) refuseToJoin(given, options);
  const place = placeOf(resolvePath(options.reports ?? 'reports'), given.name);
  const { folder } = place;
  const checkpoints = join(folder, 'checkpoints');
  const work = await planWork(given, checkpoints, options, observe);
  const { file } = work;
  const inherited = await inherit(file, options.warmStart);

  // What the study depends on beside its file: found out while it trains.
  const facts = Promise.all([options.dataset ? undefined : dataFacts(file), commitOf(options.reports ?? 'reports')]);
  const rivals = legalRivals(file.space, options.rivals ?? [], text => observe({ type: 'notice', text }));

  await makeFolder(folder);
  const { storage: address, artifacts } = options;
  const home =
    address === undefined
      ? journalHome(place, options.join ?? false)
      : await databaseHome(place.name, { address, artifacts, observe });
  const repaired: string[] = [];
  const onRepair = (text: string): void => void repaired.push(...text.split('\n'));
  const over = options.fresh ? startedAt : undefined;
  const study = await open(file, folder, home, { ...options, rivals, over }, observe, onRepair);
  const mended = repaired.length > 0 && { repaired };
  try {
    // Of several metrics none alone says that nothing is left to find.
    const isOne = file.metrics.length === 1;
    const convergence = file.budget.converged && isOne ? createConvergence(file.space, study.direction) : undefined;
    if (over) await rm(checkpoints, { recursive: true, force: true });
    const earlier = await finishedEarlier(study, file, folder, convergence);
    if (earlier) return { ...earlier, files: { ...earlier.files, ...home.files }, ...mended };
    await enqueueFirst(study, inherited, file, { ...options, rivals });
    const { name, direction } = study;
    const most = slotsFor(file, options.slots ?? home.usual, observe);
    const slots = await home.slots(most);
    observe({ type: 'study-opened', name, slots, budget: file.budget, trials: study.trials(), direction });
    const executor = await home.start(work, most).catch((error: unknown) => {
      // Ctrl-C reaches a host too that has no process group of its own yet.
      if (options.signal?.aborted) return home.start(work, most);
      throw error;
    });
    try {
      const { signal, candidates } = options;
      const stopped = await run(study, executor, {
        file,
        checkpoints,
        convergence,
        observe,
        signal,
        candidates,
        rivals,
      });
      const reportFolder = await reserveReportFolder(folder, startedAt);
      let flaw: unknown;
      const modelFolder = join(reportFolder, 'model');
      // A model that cannot be saved must not take the report with it.
      const model = await exportBest(study, executor, modelFolder, ensembleSize(file), observe).catch(
        async (error: unknown) => {
          flaw = isDiskFull(error) ? storageFailed(modelFolder, 'the model could not be saved', error) : error;
          // Half of one would be taken for whole.
          await rm(modelFolder, { recursive: true, force: true }).catch(() => undefined);
          return undefined;
        },
      );
      const [data, commit] = await facts;
      const ended = {
        stopped,
        slots: executor.slots,
        startedAt,
        finishedAt: steadyTime(),
        model,
        convergence,
        data,
        commit,
      };
      const { compare } = options;
      const report = summarize({
        ...runInput(file, study, ended),
        ...(await pastOf(folder, reportFolder)),
        ...(compare && { compare }),
      });
      const files = {
        ...home.files,
        ...(await writeReport(report, reportFolder)),
        ...(model && { model: model.folder }),
      };
      if (flaw !== undefined) throw flaw;
      return { study: name, stopped, trials: study.trials(), report, files, ...mended, ...bestOf(study) };
    } finally {
      await executor.close();
    }
  } finally {
    await study.close();
  }
}

/** @throws TuneError USAGE */
function refuseToJoin({ search }: TuneFile, { fresh }: TuneOptions<any>): void {
  if (fresh) throw new TuneError('USAGE', 'a study that starts over cannot be joined: give "fresh" or "join"');
  if (search.deterministic !== false)
    throw new TuneError('USAGE', {
      message: 'a deterministic study cannot be joined',
      expected: 'one process: what several decide depends on which of them comes first',
    });
}

/** More slots than a deterministic study has trials at once would stay empty. */
function slotsFor({ search: { deterministic } }: TuneFile, wanted: number, observe: Observe): number {
  if (deterministic === false || deterministic >= wanted) return wanted;
  // As many as there are.
  if (wanted === Infinity) return deterministic;
  const text = `this deterministic study has ${deterministic} trials at once, for ${wanted} slots; "deterministic": ${wanted} in the space file of a new study makes use of all`;
  observe({ type: 'notice', text });
  return deterministic;
}

async function open(
  file: TuneFile,
  folder: string,
  home: StudyHome,
  { candidates, rivals, over }: Pick<TuneOptions, 'candidates' | 'rivals'> & Pick<OpenOptions, 'over'>,
  observe: Observe,
  onRepair: (text: string) => void,
): Promise<Study> {
  const { sampler, pruner, controls } = file.search;
  const study = await openStudy({
    ...studyFacts(file, folder),
    candidates,
    rivals,
    sampler: withGradientStarts(sampler.technique.create(sampler.knobs)),
    pruner: withControls(pruner.technique.create(pruner.knobs, file.metric.goal), controls),
    storage: await home.open({
      over,
      mended(text) {
        onRepair(text);
        observe({ type: 'notice', text });
      },
    }),
    now: home.now,
  });
  const text = describeChanges(study);
  if (text !== undefined) observe({ type: 'notice', text });
  return study;
}

/** The result of an earlier run, when nothing remains to be done and its report tells of every trial. */
async function finishedEarlier(
  study: Study,
  { budget, data }: TuneFile,
  folder: string,
  convergence: ConvergenceOf | undefined,
): Promise<TuneResult | undefined> {
  const trials = study.trials();
  const stopped = spent(trials, budget) ?? (convergence?.(trials)?.isReached ? 'converged' : undefined);
  if (stopped === undefined || study.unconfirmed() > 0) return undefined;
  const latest = await latestReport(folder);
  if (!latest || !tellsOf(latest.report, trials)) return undefined;
  const lacksModel = data !== undefined && study.best() !== undefined && latest.files.model === undefined;
  if (lacksModel) return undefined;
  return { study: study.name, stopped, trials, report: latest.report, files: latest.files, ...bestOf(study) };
}

interface Run {
  readonly file: TuneFile;
  readonly checkpoints: string;
  readonly convergence: ConvergenceOf | undefined;
  readonly observe: Observe;
  readonly signal: AbortSignal | undefined;
  readonly candidates: number | undefined;
  readonly rivals: readonly Config[];
}

/** The search, then what confirms its best trials. */
async function run(
  study: Study,
  executor: StudyExecutor,
  { file, checkpoints, convergence, observe, signal, candidates = mostConfirmed, rivals }: Run,
): Promise<StopCause> {
  // Any of those that are confirmed may turn out the best.
  const possible = file.search.confirm > 0 ? candidates : 1;
  const drop = executor.drop ?? dropCheckpoints(checkpoints);
  const keep = keepBest(study, Math.max(possible, ensembleSize(file)), rivals, drop);
  const surroundings = {
    clock: () => performance.now(),
    ...(signal && { signal }),
    observe(event: StudyEvent): void {
      observe(event);
      if (event.type !== 'trial-finished') return;
      keep(event.trial);
      executor.recorded?.(event.trial);
    },
  };
  // What an earlier process had recorded, and did not come to say.
  for (const { id } of study.trials().filter(hasEnded)) executor.recorded?.(id);
  const stopped = await runStudy(study, executor, {
    ...surroundings,
    budget: file.budget,
    ...(convergence && { isConverged: (trials: readonly Trial[]) => convergence(trials)?.isReached === true }),
  });
  const count = study.unconfirmed();
  if (stopped === 'interrupted' || count === 0) return stopped;
  observe({ type: 'phase', text: `confirming the best configurations with ${count} trials` });
  const confirmed = await runStudy(confirming(study), executor, { ...surroundings, budget: { trials: Infinity } });
  return confirmed === 'interrupted' ? confirmed : stopped;
}

/** Saves the best model and scores it on the test rows; undefined when there is none, or nothing that saves it. */
async function exportBest(
  study: Study,
  executor: StudyExecutor,
  folder: string,
  count: number,
  observe: Observe,
): Promise<ExportedModel | undefined> {
  const best = study.ranked().slice(0, count);
  const models = best.map(({ id, config, value, attributes = {} }) => {
    const { bestEpoch } = attributes;
    return { trial: id, config, value: value!, ...(typeof bestEpoch === 'number' && { bestEpoch }) };
  });
  if (models.length === 0 || !executor.export) return undefined;
  observe({ type: 'phase', text: 'saving the best model' });
  return executor.export({ models, folder });
}

function bestOf(study: Study): Pick<TuneResult, 'best' | 'front'> {
  const best = study.best();
  return { ...(best && { best }), ...(study.directions.length > 1 && { front: study.front() }) };
}
