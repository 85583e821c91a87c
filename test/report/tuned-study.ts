/** A small study in which learning rate and weight decay follow the validation gradient. */
import type { ReportInput } from '../../src/report/report.ts';
import type { Space } from '../../src/space/space.ts';
import type { Trial } from '../../src/study/trial.ts';
import type { LearnedSchedule } from '../../src/train/hypergradient/tuning.ts';
import { completeTrial, input } from './study.ts';

export const space: Space = {
  params: [
    { name: 'lr', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 1e-3, tune: 'gradient' },
    { name: 'l2', type: 'float', low: 1e-7, high: 1e-1, log: true, step: null, default: 1e-4, tune: 'gradient' },
    { name: 'units', type: 'int', low: 16, high: 256, log: false, step: 1, default: 64 },
    { name: 'hypergradient', type: 'categorical', choices: ['online', 'restart', 'off'], default: 'online' },
  ],
  constraints: [],
};

const first = { lr: 1e-3, l2: 1e-4, units: 64, hypergradient: 'online' };

/** A trial of 8 epochs, each of 25 steps with 40 examples: 8,000 gradients if it does not tune. */
function tunedTrial(id: number, valLoss: number, config: Trial['config'], facts: object): Trial {
  const trial = completeTrial(id, valLoss, config);
  return { ...trial, attributes: { ...trial.attributes, gradientEvaluations: 8_000, ...facts } };
}

/** What a trial says that moved two values. */
function moved(lr: number, l2: number, rollbacks = 0): object {
  return { estimator: 'forward', learned: { lr, l2 }, rollbacks, gradientEvaluations: 25_600 };
}

/** 200 steps: the learning rate warms up and decays, the weight decay falls. */
export const schedule: LearnedSchedule = {
  every: 10,
  stepsPerEpoch: 25,
  values: {
    lr: Array.from({ length: 20 }, (_, k) => 2e-5 * 1500 ** Math.sin((Math.PI * k) / 22)),
    l2: Array.from({ length: 20 }, (_, k) => 1e-3 * 0.73 ** k),
  },
};

/** What epoch 7 had at its end, step 175. */
const end = { lr: schedule.values['lr']![17]!, l2: schedule.values['l2']![17]! };

const winner = { lr: 2e-5, l2: 1e-3, units: 128, hypergradient: 'online' };

export const trials: readonly Trial[] = [
  tunedTrial(0, 0.4, first, moved(0.012, 3e-5)),
  tunedTrial(1, 0.31, { ...first, lr: 0.3, units: 20 }, moved(0.04, 6e-5, 3)),
  tunedTrial(2, 0.25, winner, moved(end.lr, end.l2, 1)),
  tunedTrial(3, 0.45, { ...first, hypergradient: 'off' }, {}),
  tunedTrial(4, 0.34, { ...winner, hypergradient: 'off' }, {}),
  tunedTrial(
    5,
    0.26,
    { ...winner, ...end, hypergradient: 'restart' },
    {
      ...moved(end.lr, end.l2),
      estimator: 'restart',
      hypergradient: { lr: -0.031, l2: 0.002 },
    },
  ),
  {
    id: 6,
    state: 'failed',
    attempt: 1,
    config: { ...first, lr: 0.9 },
    curve: [],
    startedAt: input.startedAt,
    finishedAt: input.startedAt,
    failure: { cause: 'nan', message: 'training diverged 5 times' },
  },
];

export const tunedInput: ReportInput = {
  ...input,
  study: 'tuned',
  space,
  trials,
  sampler: 'gradient',
  budget: { trials: 7 },
  model: {
    folder: '/somewhere/reports/tuned/2026-03-04/model',
    trial: 2,
    task: 'classification',
    parameters: 4321,
    test: { loss: 0.27, metrics: { accuracy: 0.915 }, examples: 400 },
    schedule,
    after: {
      replayed: {
        folder: 'replayed',
        epochs: 7,
        examples: 1200,
        validation: { loss: 0.241, metrics: { accuracy: 0.925 }, examples: 400 },
        test: { loss: 0.259, metrics: { accuracy: 0.92 }, examples: 400 },
        original: {
          examples: 1000,
          validation: { loss: 0.2525, metrics: { accuracy: 0.92 }, examples: 400 },
          test: { loss: 0.27, metrics: { accuracy: 0.915 }, examples: 400 },
        },
      },
    },
  },
};
