/** Reports of made-up studies, as large as a chart needs them, with what real ones have: pruned, failed and slow trials. */
import type { Night, Report, ReportedTrial, ReportInput } from '../../../src/report/report.ts';
import { summarize } from '../../../src/report/summarize.ts';
import { createRng } from '../../../src/study/rng.ts';
import type { Measurement, Trial } from '../../../src/study/trial.ts';
import type { ExportedModel } from '../../../src/train/export-model.ts';
import { input, time } from '../study.ts';

const slots = 4;

/** A study of so many trials that gets better: about 5 % fail, a quarter is pruned. */
export function reportOf(
  count: number,
  change: (trial: Trial) => Trial = trial => trial,
  more: Partial<ReportInput> = {},
): Report {
  const free = Array.from({ length: slots }, () => 0);
  const trials = Array.from({ length: count }, (_, id) => {
    const thread = free.indexOf(Math.min(...free));
    const trial = trialOf(id, count, free[thread]!, thread + 1);
    free[thread] = (Date.parse(trial.finishedAt!) - Date.parse(time(0))) / 1000 + 0.1;
    return change(trial);
  });
  return reportOfTrials(trials, more);
}

export function reportOfTrials(trials: readonly Trial[], more: Partial<ReportInput> = {}): Report {
  const finishedAt = trials.reduce((last, trial) => (trial.finishedAt! > last ? trial.finishedAt! : last), time(1));
  return summarize({ ...input, trials, slots, finishedAt, ...more });
}

function trialOf(id: number, count: number, start: number, thread: number): Trial {
  const rng = createRng(11, id);
  const state = id > 0 && rng.uniform() < 0.05 ? 'failed' : id > 8 && rng.uniform() < 0.25 ? 'pruned' : 'complete';
  // The search closes in on good values, with a bad one every now and then.
  const quality = Math.exp(-2.5 * (id / Math.max(20, count)) - 1.5 * rng.uniform());
  const loss = 0.08 + 0.5 * quality * quality + (rng.uniform() < 0.04 ? 3 * rng.uniform() : 0);
  const epochs = state === 'complete' ? 12 + Math.floor(18 * rng.uniform()) : 3 + Math.floor(6 * rng.uniform());
  const overfits = rng.uniform() < 0.4;
  const curve = Array.from({ length: epochs }, (_, epoch): Measurement => {
    const noise = 1 + 0.04 * (rng.uniform() - 0.5);
    const late = overfits ? Math.max(0, epoch - epochs * 0.6) * 0.012 : 0;
    const valLoss = (loss + 2 * Math.exp(-epoch / 2.2) + late) * noise;
    const trainLoss = loss * 0.85 + 2 * Math.exp(-epoch / 2) - (overfits ? Math.min(0.02, epoch * 0.002) : 0);
    return { step: epoch + 1, value: valLoss, metrics: { trainLoss, valLoss, seconds: 0.3 } };
  });
  const seconds = epochs * (0.2 + 0.25 * rng.uniform());
  const best = curve.reduce((a, b) => (b.value < a.value ? b : a));
  return {
    id,
    state,
    attempt: 1,
    config: {
      learningRate: 10 ** (-4 + 3 * rng.uniform()),
      units: 16 + (id % 200),
      optimizer: 'adam',
      normalize: true,
    },
    ...(state === 'complete' && { value: best.value, stopped: 'early-stopping' as const }),
    ...(state === 'pruned' && { stopped: 'pruner' as const }),
    ...(state === 'failed' && { failure: { cause: 'nan' as const, message: 'valLoss was NaN after epoch 3' } }),
    curve,
    startedAt: time(start),
    finishedAt: time(start + seconds),
    attributes: { bestEpoch: best.step, epochs, ...best.metrics, seconds, thread },
  };
}

/** The same study on its fifteenth night, with everything that there is to draw. */
export function fullReportOf(count: number): Report {
  const metrics = [
    { name: 'valLoss', goal: 'minimize' },
    { name: 'parameters', goal: 'minimize' },
  ] as const;
  const report = reportOf(count, withMore, { metrics });
  const value = report.best!.value!;
  const draws = (shift: number, stream: string): number[] =>
    Array.from({ length: 8 }, (_, n) => value * (1.03 + shift + 0.012 * createRng(3, stream, n).normal()));
  const [before, again, after] = [draws(0.06, 'before'), draws(0.05, 'again'), draws(0, 'after')];
  const shift = { estimate: -0.0045, low: -0.006, high: -0.003, p: 0.001 };
  const tuned = report.trials.findLast(({ learned }) => learned)!;
  return {
    ...report,
    confirmed: [{ trial: report.best!.trial, runs: [], values: after, mean: meanOf(after) }],
    nights: Array.from({ length: 14 }, (_, night) => nightOf(night, report, draws)),
    comparison: {
      previous: { study: 'digits', startedAt: time(-86_400), best: { trial: 12, value: value * 1.1 } },
      verdict: {
        outcome: 'improved',
        sentence: 'Improved: valLoss 0.0813 is 5.6 % better than last night (p 0.001, 8 seeds).',
        before,
        after,
        isPaired: true,
        shift,
        noise: value * 0.01,
      },
      parts: { again, setting: shift, search: shift },
      changes: [],
      config: [],
    },
    importance: {
      rungs: [1, 3, 9, 27].map((step, index) => ({
        step,
        correlation: [0.31, 0.55, 0.82, 0.97][index]!,
        trials: 80 - 15 * index,
      })),
    },
    model: { ...input.model!, trial: tuned.trial, schedule: scheduleOf(tuned) },
  };
}

/** A second metric and, for every third trial, a learning rate that the gradient moved. */
function withMore(trial: Trial): Trial {
  const parameters = Math.round(10 ** (3 + 2 * createRng(5, trial.id).uniform()));
  const value = trial.value === undefined ? undefined : trial.value * (1 + 500 / parameters);
  const learningRate = 10 ** (-4 + 2 * createRng(6, trial.id).uniform());
  const isTuned = trial.state === 'complete' && trial.id % 3 === 1;
  const learned = { learningRate: Math.sqrt(learningRate * 3e-3) };
  return {
    ...trial,
    ...(value !== undefined && { value, values: [value, parameters] }),
    config: { ...trial.config, learningRate, hypergradient: isTuned ? 'online' : 'off' },
    attributes: { ...trial.attributes, ...(isTuned && { learned, estimator: 'forward' }) },
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function nightOf(night: number, { history }: Report, draws: (shift: number, stream: string) => number[]): Night {
  const values = draws(0.3 / (night + 1) + (night === 9 ? 0.08 : 0), `night ${night}`);
  return {
    // Two of them on one day.
    startedAt: `2026-02-${String(Math.min(28, 16 + night)).padStart(2, '0')}T${String(night).padStart(2, '0')}:30:00.000Z`,
    value: meanOf(values),
    values,
    outcome: night === 9 ? 'regressed' : night === 1 ? 'improved' : 'no-change',
    history: history.map(({ best }) => best * (1 + 0.3 / (night + 1))),
  };
}

function scheduleOf({ config, learned, bestEpoch = 1 }: ReportedTrial): NonNullable<ExportedModel['schedule']> {
  const [start, end] = [config['learningRate'] as number, learned!['learningRate']!.end];
  const learningRate = Array.from(
    { length: 40 },
    (_, k) => start * (end / start) ** (k / 39) * (1 + 0.8 * Math.sin((Math.PI * k) / 39)),
  );
  return { every: Math.ceil((bestEpoch * 25) / 40), stepsPerEpoch: 25, values: { learningRate } };
}
