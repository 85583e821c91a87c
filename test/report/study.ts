/** A small study with everything a report has to cope with: complete, pruned, failed, resumed and crashed trials. */
import type { ReportInput } from '../../src/report/report.ts';
import type { Space } from '../../src/space/space.ts';
import type { Measurement, Trial } from '../../src/study/trial.ts';

export const space: Space = {
  params: [
    { name: 'learningRate', type: 'float', low: 1e-4, high: 0.1, log: true, step: null, default: 0.01 },
    { name: 'units', type: 'int', low: 16, high: 256, log: false, step: 1, default: 64 },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'], default: 'sgd' },
    {
      name: 'momentum',
      type: 'float',
      low: 0,
      high: 0.99,
      log: false,
      step: null,
      default: 0.9,
      when: { optimizer: ['sgd'] },
    },
    { name: 'normalize', type: 'boolean', default: true },
  ],
  constraints: [],
};

const begin = Date.parse('2026-03-04T05:06:00.000Z');

export function time(seconds: number): string {
  return new Date(begin + seconds * 1000).toISOString();
}

function curveTo(valLoss: number, epochs: number): Measurement[] {
  return Array.from({ length: epochs }, (_, index) => {
    // Validation turns upwards after two thirds of the epochs.
    const late = Math.max(0, index - Math.ceil(epochs * 0.66));
    const value = valLoss * (1 + 4 * Math.exp(-index)) + 0.01 * late;
    const trainLoss = valLoss * (0.8 + 4 * Math.exp(-index * 1.1));
    return { step: index + 1, value, metrics: { trainLoss, valLoss: value, valAccuracy: 1 - value / 2, seconds: 0.5 } };
  });
}

export function completeTrial(id: number, valLoss: number, config: Trial['config'], seconds = 4): Trial {
  const curve = curveTo(valLoss, 8);
  const best = curve.reduce((a, b) => (b.value < a.value ? b : a));
  return {
    id,
    state: 'complete',
    attempt: 1,
    config,
    value: best.value,
    stopped: 'early-stopping',
    curve,
    startedAt: time(id * 5),
    finishedAt: time(id * 5 + seconds),
    attributes: {
      bestEpoch: best.step,
      epochs: curve.length,
      ...best.metrics,
      seconds,
      parameters: 1234,
      thread: 1,
      seed: 99,
      weightsHash: 'abc',
    },
  };
}

const defaults = { learningRate: 0.01, units: 64, optimizer: 'sgd', momentum: 0.9, normalize: true };

export const trials: readonly Trial[] = [
  completeTrial(0, 0.4, defaults),
  completeTrial(1, 0.5, { ...defaults, units: 20, learningRate: 0.0004 }),
  {
    id: 2,
    state: 'failed',
    attempt: 1,
    config: { learningRate: 0.098, units: 250, optimizer: 'adam', normalize: false },
    curve: [],
    startedAt: time(10),
    finishedAt: time(11),
    failure: { cause: 'nan', message: 'valLoss was NaN after epoch 3' },
  },
  completeTrial(3, 0.3, { ...defaults, learningRate: 0.031_234 }),
  {
    ...completeTrial(4, 0.9, { learningRate: 0.0001, units: 17, optimizer: 'adam', normalize: true }, 2),
    state: 'pruned',
    stopped: 'pruner',
  },
  {
    id: 5,
    state: 'failed',
    attempt: 1,
    config: { learningRate: 0.09, units: 200, optimizer: 'adam', normalize: true },
    curve: [],
    startedAt: time(25),
    finishedAt: time(27),
    failure: { cause: 'nan', message: 'valLoss was NaN after epoch 12' },
  },
  {
    id: 6,
    state: 'failed',
    attempt: 2,
    config: { learningRate: 0.001, units: 256, optimizer: 'adam', normalize: true },
    curve: [],
    startedAt: time(30),
    finishedAt: time(33),
    failure: { cause: 'crash', message: 'the host ended with SIGSEGV' },
  },
  completeTrial(7, 0.25, { learningRate: 0.003_1, units: 128, optimizer: 'adam', normalize: true }),
  completeTrial(8, 0.35, { learningRate: 0.005, units: 96, optimizer: 'adam', normalize: false }),
];

export const input: ReportInput = {
  study: 'digits',
  direction: 'minimize',
  metric: 'valLoss',
  space,
  trials,
  seed: 7,
  stopped: 'trials',
  budget: { trials: 9 },
  sampler: 'random',
  pruner: 'median',
  slots: 2,
  startedAt: time(0),
  finishedAt: time(60),
  environment: {
    version: '0.1.0',
    node: '24.1.0',
    platform: 'linux x64',
    cpus: '8 x Example CPU',
    tensorflow: '4.22.0',
  },
  spaceFile: 'search-spaces/digits.json',
  model: {
    folder: '/somewhere/reports/digits/2026-03-04/model',
    trial: 7,
    task: 'classification',
    parameters: 1234,
    test: { loss: 0.28, metrics: { accuracy: 0.9125 }, examples: 400 },
  },
};
