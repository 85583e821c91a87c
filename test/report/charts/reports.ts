/** Reports of made-up studies, as large as a chart needs them, with what real ones have: pruned, failed and slow trials. */
import type { Report } from '../../../src/report/report.ts';
import { summarize } from '../../../src/report/summarize.ts';
import { createRng } from '../../../src/study/rng.ts';
import type { Measurement, Trial } from '../../../src/study/trial.ts';
import { input, time } from '../study.ts';

const slots = 4;

/** A study of so many trials that gets better: about 5 % fail, a quarter is pruned. */
export function reportOf(count: number, change: (trial: Trial) => Trial = trial => trial): Report {
  const free = Array.from({ length: slots }, () => 0);
  const trials = Array.from({ length: count }, (_, id) => {
    const thread = free.indexOf(Math.min(...free));
    const trial = trialOf(id, count, free[thread]!, thread + 1);
    free[thread] = (Date.parse(trial.finishedAt!) - Date.parse(time(0))) / 1000 + 0.1;
    return change(trial);
  });
  return reportOfTrials(trials);
}

export function reportOfTrials(trials: readonly Trial[]): Report {
  const finishedAt = trials.reduce((last, trial) => (trial.finishedAt! > last ? trial.finishedAt! : last), time(1));
  return summarize({ ...input, trials, slots, finishedAt });
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
