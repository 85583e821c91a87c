/** Reports with everything in them, of as many trials as wanted: what a page has to cope with. */
import type { Comparison } from '../../../src/report/compare/comparison.ts';
import type { Importance } from '../../../src/report/importance/importance.ts';
import type { Advice } from '../../../src/report/advice/advice.ts';
import type { Night, Report, ReportInput } from '../../../src/report/report.ts';
import { summarize } from '../../../src/report/summarize.ts';
import type { Space } from '../../../src/space/space.ts';
import { createRng } from '../../../src/study/rng.ts';
import type { Measurement, Trial } from '../../../src/study/trial.ts';
import { input, space as studySpace, time } from '../study.ts';
import { tunedInput } from '../tuned-study.ts';

export const space: Space = {
  params: [
    { name: 'learningRate', type: 'float', low: 1e-5, high: 0.1, log: true, step: null, default: 0.001 },
    { name: 'units', type: 'int', low: 16, high: 256, log: false, step: 1, default: 64 },
    { name: 'layers', type: 'int', low: 1, high: 4, log: false, step: 1, default: 2 },
    { name: 'dropout', type: 'float', low: 0, high: 0.6, log: false, step: null, default: 0 },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam', 'rmsprop'], default: 'sgd' },
    // momentum, for sgd alone, and normalize
    ...studySpace.params.slice(3),
  ],
  constraints: [],
};

const workers = ['ada-3f2a', 'bob-91c0', 'cyd-07de'];

function trialOf(id: number): Trial {
  const rng = createRng(11, id);
  const [a, b, c, d, e, f, g, noise] = Array.from({ length: 8 }, () => rng.uniform()) as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const optimizer = (['sgd', 'adam', 'rmsprop'] as const)[Math.floor(e * 3)]!;
  const config = {
    learningRate: 10 ** (-5 + 4 * a),
    units: 16 + Math.floor(240 * b),
    layers: 1 + Math.floor(4 * c),
    dropout: 0.6 * d,
    optimizer,
    ...(optimizer === 'sgd' && { momentum: 0.99 * f }),
    normalize: g > 0.3,
  };
  const floor =
    0.09 +
    0.12 * (Math.log10(config.learningRate) + 2.4) ** 2 +
    0.2 * (d - 0.3) ** 2 +
    0.1 * (1 - b) ** 2 +
    0.03 * noise;
  const epochs = 30;
  const curve = Array.from({ length: epochs }, (_, index): Measurement => {
    const gone = Math.exp(-index / (3 + 6 * (1 - a)));
    const late = Math.max(0, index - 16) * 0.008 * Math.max(0, 0.5 - d);
    const valLoss = floor + (2.3 - floor) * gone + late + 0.004 * Math.sin(index * 1.7 + id);
    const trainLoss = floor * (0.5 + d / 1.5) + (2.3 - floor) * gone;
    return {
      step: index + 1,
      value: valLoss,
      metrics: { trainLoss, valLoss, valAccuracy: Math.exp(-valLoss), seconds: 0.2 },
    };
  });
  const seconds = 4 + 6 * b + 2 * c;
  const startedAt = time(id * 3);
  const base = { id, attempt: 1, config, curve, startedAt, finishedAt: time(id * 3 + seconds) };
  if (id % 19 === 7)
    return {
      ...base,
      state: 'failed',
      curve: curve.slice(0, 3),
      failure:
        id % 2 === 0
          ? { cause: 'nan', message: `valLoss was NaN after epoch ${id % 7}` }
          : { cause: 'error', message: `Error: no memory for a tensor of ${id} MB\n    at train (trainer.js:12:7)` },
      attributes: { seconds, thread: id % 4, worker: workers[id % 3] },
    };
  const isPruned = floor > 0.7;
  const best = curve.reduce((a, b) => (b.value < a.value ? b : a));
  return {
    ...base,
    state: isPruned ? 'pruned' : 'complete',
    curve: isPruned ? curve.slice(0, 8) : curve,
    ...(!isPruned && { value: best.value }),
    stopped: isPruned ? 'pruner' : 'early-stopping',
    attributes: {
      bestEpoch: best.step,
      epochs: isPruned ? 8 : epochs,
      ...best.metrics,
      seconds: isPruned ? seconds / 4 : seconds,
      parameters: 784 * config.units,
      flops: 1568 * config.units,
      inferenceMs: 0.4,
      thread: id % 4,
      worker: workers[id % 3],
      seed: id,
    },
  };
}

/** Fresh trainings of the best trial and of a rival, after the search. */
function confirmations(trials: readonly Trial[]): readonly Trial[] {
  const best = trials
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => a.value! - b.value!)
    .slice(0, 2);
  return best.flatMap((original, place) =>
    Array.from({ length: 8 }, (_, run): Trial => ({
      ...original,
      id: trials.length + place * 8 + run,
      value: original.value! + 0.004 + 0.003 * Math.sin(run * 2 + place),
      confirms: original.id,
      startedAt: time(trials.length * 3 + run),
      finishedAt: time(trials.length * 3 + run + 9),
    })),
  );
}

const score = { loss: 0.27, metrics: { accuracy: 0.915 }, examples: 400 };

const model: ReportInput['model'] & object = {
  ...tunedInput.model!,
  zeroShot: { seenAccuracy: 0.9, unseenAccuracy: 0.4, chance: 0.25, rejectionAuc: 0.8, threshold: 0.31 },
  shifts: [{ part: 'test', test: 'kolmogorovSmirnov', feature: 'pixel 12', statistic: 0.21, p: 0.0003 }],
  after: {
    ...tunedInput.model!.after,
    ensemble: { folder: 'ensemble', trials: [7, 3], test: score },
    compressed: ['original', 'prune, quantize'].map((name, step) => ({
      name,
      folder: name,
      parameters: 4321,
      bytes: 17_284 / (1 + step),
      packedBytes: 16_000 / (1 + step),
      test: score,
      milliseconds: 0.02,
    })),
    sizeCurve: [100, 100, 200, 200, 400, 400, 800, 800].map((examples, index) => ({
      examples,
      value: 1 / (3 + index),
    })),
  },
};

export function fullInput(count: number): ReportInput {
  const trials = Array.from({ length: count }, (_, id) => trialOf(id));
  const confirmed = count > 2 ? confirmations(trials) : [];
  return {
    ...input,
    study: 'mnist-mlp',
    space,
    trials: [...trials, ...confirmed],
    budget: { trials: count },
    sampler: 'tpe',
    pruner: 'asha',
    slots: 4,
    finishedAt: time(count * 3 + 40),
    environment: { ...input.environment, commit: '0a1b2c3d4e5f+changes' },
    data: { hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
    spaceFile: 'search-spaces/mnist mlp.json',
    pruning: {
      stopped: 40,
      steps: 4000,
      savedSteps: 900,
      controls: 6,
      wouldStop: [
        { trial: 3, step: 2 },
        { trial: 9, step: 3 },
      ],
      best: 0.1,
      bestWithout: 0.1,
    },
    convergence: {
      isReached: false,
      trials: count,
      gain: 0.002,
      lastGain: 0.004,
      coming: 20,
      gainFrom: 'process',
      noise: 0.003,
      noiseFrom: 'repeats',
    },
    model,
    nights,
  };
}

/** From 2026-02-18 on. */
function dayOf(night: number): string {
  return new Date(Date.UTC(2026, 1, 18 + night)).toISOString().slice(0, 10);
}

export const nights: readonly Night[] = Array.from({ length: 14 }, (_, night) => ({
  startedAt: `${dayOf(night)}T05:06:00.000Z`,
  value: 0.13 - 0.002 * night + 0.004 * Math.sin(night),
  values: Array.from({ length: 8 }, (_, run) => 0.13 - 0.002 * night + 0.004 * Math.sin(night + run)),
  outcome: night === 9 ? 'regressed' : night % 4 === 0 ? 'improved' : 'no-change',
  history: Array.from({ length: 40 }, (_, trial) => 0.13 - 0.002 * night + 0.6 * Math.exp(-trial / 6)),
  folder: dayOf(night),
}));

const shift = { estimate: 0.0145, low: 0.008, high: 0.023, p: 0.00109 };

export const comparison: Comparison = {
  previous: { study: 'mnist-mlp', startedAt: '2026-03-03T05:06:00.000Z', best: { trial: 31, value: 0.101 } },
  verdict: {
    outcome: 'regressed',
    sentence: 'Regressed: valLoss 0.225 → 0.24 (+6.5 %, 95 % [+3.6 %, +10.2 %], p = 0.0011, 8 seeds each).',
    before: [0.226, 0.219, 0.233, 0.221, 0.228, 0.224, 0.217, 0.23],
    after: [0.231, 0.244, 0.229, 0.251, 0.238, 0.247, 0.242, 0.236],
    isPaired: true,
    shift,
    winChance: 0.047,
    noise: 0.0022,
    detectable: 0.0098,
  },
  parts: {
    again: [0.228, 0.222, 0.235, 0.223, 0.23, 0.226, 0.219, 0.232],
    setting: { ...shift, estimate: 0.002, low: -0.003, high: 0.006, p: 0.31 },
    search: shift,
  },
  changes: [
    { what: 'tfjs-tune', before: '0.1.0', after: '0.2.0', isIncomparable: false },
    { what: 'space: learningRate.high', before: 0.05, after: 0.1, isIncomparable: false },
    { what: 'data', before: '9f86d081', after: '60303ae2', isIncomparable: true },
  ],
  config: [
    { parameter: 'learningRate', before: 0.0031, after: 0.0042, change: 'x 1.35' },
    { parameter: 'units', before: 128, after: 228, change: '+100' },
    { parameter: 'optimizer', before: 'adam', after: 'adam', change: '' },
    { parameter: 'width', before: 3, change: 'unused' },
  ],
};

const predicted = (value: number): { value: number; deviation: number } => ({ value, deviation: 0.01 });

export const importance: Importance = {
  ped: [0.62, 0.2, 0.1, 0.05, 0.02, 0.01, 0].map((share, index) => ({ parameter: space.params[index]!.name, share })),
  fanova: {
    shares: [0.7, 0.12, 0.05, 0.03, 0.01, 0.01, 0].map((share, index) => ({
      parameter: space.params[index]!.name,
      share,
      deviation: share / 10,
    })),
    pairs: [{ parameters: ['learningRate', 'units'], share: 0.06 }],
    interactions: 0.08,
  },
  local: [0.5, 0.3, 0.1, 0.05, 0.03, 0.01, 0.01].map((share, index) => ({
    parameter: space.params[index]!.name,
    share,
    deviation: share / 8,
  })),
  ablation: {
    start: predicted(0.41),
    steps: [
      { ...predicted(0.25), parameter: 'learningRate', from: 0.001, to: 0.0042 },
      { ...predicted(0.18), parameter: 'optimizer', from: 'sgd', to: 'adam' },
      { ...predicted(0.13), parameter: 'units', from: 64, to: 228 },
    ],
  },
  partial: [
    {
      parameter: 'learningRate',
      points: Array.from({ length: 20 }, (_, index) => ({
        at: 10 ** (-5 + index / 5),
        ...predicted(0.2 + ((index - 13) / 20) ** 2),
      })),
    },
    {
      parameter: 'optimizer',
      points: ['sgd', 'adam', 'rmsprop'].map((at, index) => ({ at, ...predicted(0.3 - index / 20) })),
    },
  ],
  pair: {
    x: { parameter: 'learningRate', at: Array.from({ length: 12 }, (_, index) => 10 ** (-5 + index / 3)) },
    y: { parameter: 'units', at: Array.from({ length: 12 }, (_, index) => 16 + 20 * index) },
    values: Array.from({ length: 12 }, (_, row) =>
      Array.from({ length: 12 }, (_, column) => 0.2 + ((column - 8) / 12) ** 2 + ((row - 9) / 30) ** 2),
    ),
  },
  rungs: [
    { step: 3, correlation: 0.55, trials: 60 },
    { step: 9, correlation: 0.81, trials: 40 },
    { step: 27, correlation: 0.97, trials: 22 },
  ],
};

export const advice: readonly Advice[] = [
  {
    rule: 'at-the-bound',
    text: 'The best learningRate 0.098 touches its bound 0.1: extend it to 1.',
    parameters: ['learningRate'],
    evidence: { 'top trials at the bound': 4, importance: 0.62 },
    patch: [{ op: 'replace', path: '/space/learningRate/high', value: 1 }],
    confidence: 'high',
  },
  {
    rule: 'overfits',
    text: 'Six of the ten best trials overfit: make the layers narrower and the net deeper, or raise dropout.',
    parameters: ['dropout', 'units'],
    evidence: { overfit: 6, 'median gap': 0.34 },
    patch: [
      { op: 'replace', path: '/space/units/high', value: 128 },
      { op: 'replace', path: '/space/dropout/high', value: 0.8 },
    ],
    confidence: 'medium',
    savedSeconds: 340,
  },
  {
    rule: 'not-worth-more',
    text: 'More trials promise less than the noise: stop, or change the space.',
    parameters: [],
    evidence: { gain: 0.0004, noise: 0.003 },
    patch: [],
    confidence: 'low',
  },
];

export function fullReport(count: number): Report {
  return { ...summarize(fullInput(count)), comparison, importance, advice };
}
