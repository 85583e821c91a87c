/** From everything a study knows to what its report says. Pure: same input, same report. */
import { studentInterval } from '../stats/intervals.ts';
import { median } from '../stats/median.ts';
import { frontOf } from '../study/best-trial.ts';
import { confirmedOf, searched, seedOf } from '../study/confirmations.ts';
import { hasResult, isComplete as isCompleteTrial } from '../study/count-finished.ts';
import { lossOf } from '../study/losses.ts';
import type { Direction } from '../study/ports.ts';
import { rankResults, rankTrials } from '../study/results.ts';
import type { Failure, Trial, TrialState } from '../study/trial.ts';

import { classifyTrial, usualLoss } from '../train/curve-class.ts';
import { adviceOf } from './advice/advice.ts';
import { compareReports } from './compare/comparison.ts';
import { importanceOf, type Importance } from './importance/importance.ts';
import { findUntunedCopy, tuningFacts } from './learned.ts';
import { elapsed, secondsOf } from './trial-seconds.ts';
import { countStates } from './trial-states.ts';
import { workerOf, workersOf } from './workers.ts';
import type {
  ConfirmedRow,
  Cost,
  FailureGroup,
  Gain,
  ModelFacts,
  Repeated,
  Report,
  ReportedTrial,
  ReportInput,
} from './report.ts';
import { meanOf } from '../stats/mean.ts';

const topSize = 10;

/** Attributes of a trial that are no metrics of its best epoch. */
const factNames = new Set([
  'bestEpoch',
  'epochs',
  'seconds',
  'seed',
  'thread',
  'parameters',
  'flops',
  'inferenceMs',
  'inferenceMsPerExample',
  'tensors',
  'rssMegabytes',
  'transferred',
  'deadUnits',
  'rollbacks',
  'gradientEvaluations',
]);

/** What a report says: the facts, then what follows from them. */
export function summarize(input: ReportInput): Report {
  const facts = factsOf(input);
  const trials = searched(input.trials.toSorted((a, b) => a.id - b.id));
  const importance = importanceIn(facts, trials);
  const known = { ...facts, ...(importance && { importance }) };
  const comparison = input.previous && compareReports(known, input.previous, input.compare);
  const report = { ...known, ...(comparison && { comparison }) };
  return { ...report, advice: input.advice ?? adviceOf({ report, trials, ...(input.file && { file: input.file }) }) };
}

function importanceIn({ best, study }: Report, trials: readonly Trial[]): Importance | undefined {
  const found = trials.find(({ id }) => id === best?.trial);
  const { space, seed, metric } = study;
  return found && importanceOf({ space, trials, direction: metric.goal, seed, best: found });
}

/** What a report says before anything follows from it. */
export function factsOf(input: ReportInput): Report {
  const { direction, metrics, repeats = 0, model, spaceFile, convergence } = input;
  const directions = metrics?.map(({ goal }) => goal) ?? [direction];
  const trials = input.trials.toSorted((a, b) => a.id - b.id);
  const usual = usualLoss(searched(trials));
  const rows = trials.map(trial => reportTrial(trial, usual));
  const complete = rows.filter(isComplete);
  const topTrials = rankTrials(trials, directions, repeats)
    .slice(0, topSize)
    .map(({ id }) => id);
  const best = complete.find(({ trial }) => trial === topTrials[0]);
  const baseline = rows.find(({ trial }) => trial === 0);
  const repeated = repeats > 0 ? repeatedOf(trials, direction, repeats) : undefined;
  const confirmed = confirmedRows(trials, input);
  // Its own value is the luckiest of several.
  const value =
    confirmed.find(({ trial }) => trial === best?.trial)?.mean ??
    repeated?.find(({ trials }) => trials.includes(best!.trial))?.mean ??
    best?.value;
  const gain =
    value !== undefined && baseline && isComplete(baseline) ? gainOf(value, baseline.value, direction) : undefined;
  const untuned = findUntunedCopy(rows, direction);
  const curves = new Map(trials.map(({ id, curve }) => [id, curve]));
  const workers = workersOf(trials);
  const typicalBad = typicalBadOf(complete, topTrials, direction, curves);
  const drawn = typicalBad === undefined ? topTrials : [...topTrials, typicalBad];
  return {
    schema: 'tune-report/1',
    study: {
      name: input.study,
      metric: { name: input.metric, goal: direction },
      ...(metrics && { metrics }),
      seed: input.seed,
      sampler: input.sampler,
      pruner: input.pruner,
      ...(repeats > 0 && { repeats }),
      space: input.space,
      ...(input.sections && { sections: input.sections }),
      ...(spaceFile !== undefined && { spaceFile }),
    },
    run: {
      startedAt: input.startedAt,
      finishedAt: input.finishedAt,
      stopped: input.stopped,
      budget: input.budget,
      slots: input.slots,
      environment: input.environment,
      ...(input.data && { data: input.data }),
      ...(input.compare && { compare: input.compare }),
    },
    ...(input.nights && { nights: input.nights }),
    ...(best && { best }),
    ...(baseline && { baseline }),
    ...(gain && { gain }),
    ...(model && { model: { ...model, folder: lastSegment(model.folder) } }),
    history: bestSoFar(complete, direction),
    top: topTrials,
    ...(repeated && { repeated }),
    ...(confirmed.length > 0 && { confirmed }),
    ...(metrics && { front: frontOf(trials, directions).map(({ id }) => id) }),
    curves: drawn.map(trial => ({ trial, points: curves.get(trial) ?? [] })),
    ...(typicalBad !== undefined && { typicalBad }),
    failures: groupFailures(trials),
    ...(convergence && { convergence }),
    cost: costOf(trials, rows, input),
    ...(workers.length > 0 && { workers }),
    ...(input.pruning && { pruning: input.pruning }),
    ...(untuned && { untuned }),
    trials: rows,
  };
}

/** Best mean first, as the best trial is chosen. */
function repeatedOf(trials: readonly Trial[], direction: Direction, repeats: number): Repeated[] {
  return rankResults(trials, direction, repeats)
    .filter(({ complete }) => complete.length > 1)
    .map(({ complete }) => {
      const values = complete.map(({ value }) => value!);
      const [first, ...later] = values.map(value => lossOf(value, direction));
      const optimism = meanOf(later) - first!;
      return { trials: complete.map(({ id }) => id), ...studentInterval(values), optimism };
    });
}

function confirmedRows(
  trials: readonly Trial[],
  { direction, seed }: Pick<ReportInput, 'direction' | 'seed'>,
): readonly ConfirmedRow[] {
  return confirmedOf(trials, direction).map(({ trial, runs, losses, isRival }) => {
    const values = losses.map(loss => lossOf(loss, direction));
    const mean = meanOf(values);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return {
      trial: trial.id,
      runs: runs.map(({ id }) => id),
      ...(isRival && { isRival }),
      seeds: runs.filter(hasResult).map(run => seedOf(seed, run)),
      values,
      ...(values.length > 0 && { mean }),
      // One that was pruned had its value after fewer steps.
      ...(values.length > 0 &&
        isCompleteTrial(trial) && { optimism: lossOf(mean, direction) - lossOf(trial.value!, direction) }),
      ...(values.length > 1 && { deviation: Math.sqrt(squares / (values.length - 1)) }),
    };
  });
}

type CompleteTrial = ReportedTrial & { readonly value: number };

function isComplete(row: ReportedTrial): row is CompleteTrial {
  return isCompleteTrial(row);
}

function reportTrial(trial: Trial, usual: number | undefined): ReportedTrial {
  const { id, state, config, version, confirms, value, values, stopped, failure, attributes = {} } = trial;
  const { startedAt, finishedAt } = trial;
  const curveClass = classifyTrial(trial, usual === undefined ? {} : { usual });
  const bestEpoch = numberOf(attributes.bestEpoch);
  const epochs = numberOf(attributes.epochs);
  const thread = numberOf(attributes.thread);
  const worker = workerOf(trial);
  const seconds = secondsOf(trial);
  return {
    trial: id,
    state,
    ...(value !== undefined && { value }),
    ...(values && { values }),
    config,
    ...(version !== undefined && { version }),
    ...(confirms !== undefined && { confirms }),
    ...(bestEpoch !== undefined && { bestEpoch }),
    ...(epochs !== undefined && { epochs }),
    ...(seconds !== undefined && { seconds }),
    startedAt,
    ...(finishedAt !== undefined && { finishedAt }),
    ...(thread !== undefined && { thread }),
    ...(worker !== undefined && { worker }),
    ...(stopped && { stopped }),
    ...(failure && { failure }),
    ...(curveClass && { curveClass }),
    ...sizeOf(attributes),
    ...tuningFacts(trial),
    metrics: metricsOf(attributes),
  };
}

/** What the trainer says of the model itself. */
function sizeOf({ parameters, flops, inferenceMs, deadUnits }: Readonly<Record<string, unknown>>): ModelFacts {
  const facts = { parameters, flops, inferenceMs, deadUnits };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => typeof value === 'number'));
}

function metricsOf(attributes: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers = Object.entries(attributes).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return Object.fromEntries(numbers.filter(([name]) => !factNames.has(name)));
}

function gainOf(best: number, baseline: number, direction: Direction): Gain {
  const absolute = lossOf(baseline, direction) - lossOf(best, direction);
  return { absolute, ...(baseline !== 0 && { relative: absolute / Math.abs(baseline) }) };
}

/** The middle one of the worse half, if it has a curve and is none of the top ones. */
function typicalBadOf(
  complete: readonly CompleteTrial[],
  top: readonly number[],
  direction: Direction,
  curves: ReadonlyMap<number, Trial['curve']>,
): number | undefined {
  const worse = complete
    .toSorted((a, b) => lossOf(a.value, direction) - lossOf(b.value, direction))
    .slice(Math.ceil(complete.length / 2))
    .filter(({ trial }) => !top.includes(trial) && curves.get(trial)!.length > 1);
  return worse[worse.length >> 1]?.trial;
}

function bestSoFar(complete: readonly CompleteTrial[], direction: Direction): Report['history'] {
  let best: number | undefined;
  return complete.map(({ trial, value }) => {
    if (best === undefined || lossOf(value, direction) < lossOf(best, direction)) best = value;
    return { trial, best };
  });
}

function groupFailures(trials: readonly Trial[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { id, state, failure = unknownFailure } of trials) {
    if (state !== 'failed') continue;
    // "NaN after epoch 3" and "NaN after epoch 5" are one kind of failure.
    const key = `${failure.cause} ${failure.message.replaceAll(/\d+(?:\.\d+)?/g, '#')}`;
    const group = groups.get(key);
    groups.set(key, group ? { ...group, count: group.count + 1 } : { ...failure, count: 1, firstTrial: id });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || a.firstTrial - b.firstTrial);
}

const unknownFailure: Failure = { cause: 'error', message: 'no reason was recorded' };

function costOf(
  trials: readonly Trial[],
  rows: readonly ReportedTrial[],
  { startedAt, finishedAt, slots }: ReportInput,
): Cost {
  const wallSeconds = elapsed({ startedAt, finishedAt }) ?? 0;
  const secondsOf = (states: readonly TrialState[]): number =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  const trialSeconds = secondsOf(['complete', 'pruned', 'failed']);
  const discardedSeconds = secondsOf(['pruned', 'failed']);
  const start = Date.parse(startedAt);
  const memory = trials.map(({ attributes = {} }) => numberOf(attributes['rssMegabytes']) ?? 0);
  const peakMegabytes = memory.reduce((most, megabytes) => Math.max(most, megabytes), 0);
  const gradients = rows.map(row => row.gradientEvaluations).filter(count => count !== undefined);
  const finishedNow = trials.filter(trial => trial.finishedAt !== undefined && Date.parse(trial.finishedAt) >= start);
  return {
    wallSeconds,
    trialSeconds,
    discardedSeconds,
    discardedShare: trialSeconds > 0 ? discardedSeconds / trialSeconds : 0,
    trialsPerMinute: wallSeconds > 0 ? (finishedNow.length * 60) / wallSeconds : 0,
    counts: countStates(trials),
    ...(peakMegabytes > 0 && { peakMegabytes }),
    ...comingOf(searched(trials), trialSeconds / trials.length / slots),
    ...(gradients.length > 0 && {
      gradientEvaluations: { sum: gradients.reduce((sum, count) => sum + count, 0), median: median(gradients) },
    }),
  };
}

/** Trials whose cost is told before anyone runs them. */
const coming = 20;

/** @param pace seconds from one end of a trial to the next */
function comingOf(trials: readonly Trial[], pace: number): Pick<Cost, 'coming'> {
  const complete = trials.filter(isCompleteTrial).length;
  if (complete === 0) return {};
  // Of n random values and m more, each is as likely to be the best as any other.
  return { coming: { trials: coming, seconds: coming * pace, chance: coming / (complete + coming) } };
}

function numberOf(fact: unknown): number | undefined {
  return typeof fact === 'number' ? fact : undefined;
}

/** Reports travel: the path of the machine that made them is of no use elsewhere. */
function lastSegment(path: string): string {
  return path.split(/[/\\]/).findLast(segment => segment !== '') ?? path;
}
