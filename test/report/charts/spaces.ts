/** Reports of made-up studies for the charts of parameters: like real ones in numbers, scales and kinds of parameter. */
import type { Importance } from '../../../src/report/importance/importance.ts';
import type { Report } from '../../../src/report/report.ts';
import { summarize } from '../../../src/report/summarize.ts';
import type { Config, Json, Param } from '../../../src/space/space.ts';
import { fromUnit, toUnit } from '../../../src/space/scale.ts';
import { createRng } from '../../../src/study/rng.ts';
import type { Trial } from '../../../src/study/trial.ts';

const number = { log: false, step: null } as const;

/** The most important ones first, but for the conditional one. */
export const params: readonly Param[] = [
  { name: 'learningRate', type: 'float', ...number, low: 1e-5, high: 0.1, log: true, default: 1e-3 },
  { name: 'optimizer', type: 'categorical', choices: ['adam', 'sgd', 'rmsprop'], default: 'sgd' },
  { name: 'momentum', type: 'float', ...number, low: 0, high: 0.99, default: 0.9, when: { optimizer: ['sgd'] } },
  { name: 'dropout', type: 'float', ...number, low: 0, high: 0.6, default: 0.5 },
  { name: 'units', type: 'int', low: 16, high: 256, log: true, step: 1, default: 64 },
  { name: 'batchSize', type: 'categorical', choices: [16, 32, 64, 128], default: 64 },
  { name: 'layers', type: 'int', low: 1, high: 4, log: false, step: 1, default: 2 },
  { name: 'weightDecay', type: 'float', ...number, low: 1e-6, high: 1e-2, log: true, default: 1e-4 },
  { name: 'augment', type: 'boolean', default: false },
  { name: 'labelSmoothing', type: 'float', low: 0, high: 0.3, log: false, step: 0.05, default: 0 },
  { name: 'warmupEpochs', type: 'int', low: 0, high: 20, log: false, step: 1, default: 2 },
  { name: 'activation', type: 'categorical', choices: ['relu', 'gelu', 'swish', 'tanh', 'leakyRelu'], default: 'relu' },
];

/** A report of a random search; its values are best at a learning rate of 3e-3, adam, little dropout and many units. */
export function reportOf(count: number, space: readonly Param[] = params.slice(0, 6)): Report {
  return reportOfTrials(
    Array.from({ length: count }, (_, id) => trialOf(id, id === 0 ? defaultsOf(space) : draw(space, id), space)),
    space,
  );
}

export function reportOfTrials(trials: readonly Trial[], space: readonly Param[]): Report {
  return summarize({
    study: 'digits-cnn',
    direction: 'minimize',
    metric: 'valLoss',
    space: { params: space, constraints: [] },
    trials,
    seed: 1,
    stopped: 'trials',
    budget: { trials: trials.length },
    sampler: 'tpe',
    pruner: 'asha',
    slots: 2,
    startedAt: '2026-03-04T05:06:00.000Z',
    finishedAt: '2026-03-04T06:06:00.000Z',
    environment: { version: '0.1.0', node: 'v22.1.0', platform: 'linux x64', cpus: '2 x CPU' },
  });
}

export function complete(id: number, value: number, config: Config): Trial {
  return { id, state: 'complete', attempt: 1, config, value, curve: [], startedAt: '2026-03-04T05:06:00.000Z' };
}

function trialOf(id: number, config: Config, space: readonly Param[]): Trial {
  // Every ninth is pruned.
  if (id % 9 === 5)
    return { id, state: 'pruned', attempt: 1, config, curve: [], startedAt: '2026-03-04T05:06:00.000Z' };
  const at = Object.fromEntries(
    space.map(param => [param.name, param.name in config ? toUnit(param, config[param.name]!) : 0]),
  );
  const noise = 0.02 * createRng(7, 'noise', id).normal();
  const loss =
    0.1 +
    1.6 * ((at['learningRate'] ?? 0.6) - 0.62) ** 2 +
    (config['optimizer'] === 'sgd' ? 0.12 * (1 - (at['momentum'] ?? 0)) : 0) +
    0.25 * ((at['dropout'] ?? 0.2) - 0.25) ** 2 +
    0.1 * (1 - (at['units'] ?? 1)) ** 2 +
    0.03 * (at['weightDecay'] ?? 0) +
    Math.abs(noise);
  return complete(id, at['learningRate']! > 0.97 ? 2.3 : loss, config);
}

function defaultsOf(space: readonly Param[]): Config {
  return activeOf(space, param => param.default);
}

function draw(space: readonly Param[], id: number): Config {
  return activeOf(space, param => fromUnit(param, createRng(3, id, param.name).uniform()));
}

function activeOf(space: readonly Param[], valueOf: (param: Param) => Json): Config {
  const config: Record<string, Json> = {};
  for (const param of space) {
    const isActive = Object.entries(param.when ?? {}).every(([parent, values]) => values.includes(config[parent]!));
    if (isActive) config[param.name] = valueOf(param);
  }
  return config;
}

/** What a forest might say of such a study. */
export function importanceFor(space: readonly Param[]): Importance {
  const names = space.map(({ name }) => name);
  const shares = (decay: number) => {
    const sum = names.reduce((total, _, index) => total + decay ** index, 0);
    return names.map((parameter, index) => ({ parameter, share: decay ** index / sum }));
  };
  const grid = (param: Param): readonly Json[] => {
    if (param.type === 'categorical') return param.choices;
    if (param.type === 'boolean') return [false, true];
    return [...new Set(Array.from({ length: 20 }, (_, index) => fromUnit(param, (index + 0.5) / 20)))];
  };
  const [x, y] = [space[0]!, space.find(({ name }) => name === 'dropout') ?? space[1]!];
  const response = (param: Param, at: Json, centre: number): number => 0.9 * (toUnit(param, at) - centre) ** 2;
  return {
    ped: shares(0.5),
    fanova: {
      shares: shares(0.35).map(each => ({ ...each, share: each.share * 0.85, deviation: each.share * 0.2 })),
      pairs: [{ parameters: [x.name, y.name], share: 0.08, deviation: 0.02 }],
      interactions: 0.15,
    },
    local: shares(0.6).toReversed(),
    ablation: {
      start: { value: 0.31, deviation: 0.03 },
      steps: [
        { parameter: 'optimizer', from: 'sgd', to: 'adam', value: 0.2, deviation: 0.02 },
        { parameter: 'learningRate', from: 1e-3, to: 0.00321, value: 0.14, deviation: 0.018 },
        { parameter: 'dropout', from: 0.5, to: 0.1432, value: 0.121, deviation: 0.012 },
        { parameter: 'momentum', from: 0.9, value: 0.12, deviation: 0.011 },
      ],
    },
    partial: space.slice(0, 4).map((param, index) => ({
      parameter: param.name,
      points: grid(param).map(at => ({
        at,
        value: 0.15 + response(param, at, 0.6) / (index + 1),
        deviation: 0.01 + 0.02 * toUnit(param, at),
      })),
    })),
    pair: {
      x: { parameter: x.name, at: grid(x) },
      y: { parameter: y.name, at: grid(y) },
      values: grid(y).map(b => grid(x).map(a => 0.12 + response(x, a, 0.62) + 0.4 * response(y, b, 0.25))),
    },
  };
}

/** A space with a parameter that is not always there and one that never varies, and three trials of it. */
export const smallSpace: readonly Param[] = [
  { name: 'lr', type: 'float', low: 1e-4, high: 1, log: true, step: null, default: 0.1 },
  { name: 'sgd', type: 'boolean', default: true },
  { name: 'decay', type: 'float', low: 0, high: 1, log: false, step: null, default: 0, when: { sgd: [true] } },
  { name: 'fixed', type: 'float', low: 0, high: 1, log: false, step: null, default: 0 },
];

export const smallTrials = [
  complete(0, 0.3, { lr: 1, sgd: true, decay: 0.25, fixed: 0.5 }),
  complete(1, 0.2, { lr: 0.01, sgd: true, decay: 1, fixed: 0.5 }),
  complete(2, 0.1, { lr: 1e-4, sgd: false, fixed: 0.5 }),
];
