/** Synthetic studies with and without a cause that a rule of advice is to find. Their importance is known by construction. */
import type { AdvisedFile, AdviceInput } from '../../src/report/advice/advice.ts';
import type { Importance } from '../../src/report/importance/importance.ts';
import { factsOf } from '../../src/report/summarize.ts';
import { fromUnit } from '../../src/space/scale.ts';
import type { Config, Json, Space } from '../../src/space/space.ts';
import { createRng, type Rng } from '../../src/study/rng.ts';
import type { Measurement, Trial } from '../../src/study/trial.ts';
import { input, time } from './study.ts';

export const written = {
  model: { layers: [{ dense: { units: '$units' } }, { dropout: '$dropout' }] },
  train: { optimizer: { adam: { learningRate: '$lr' } }, epochs: 40 },
  space: {
    lr: { type: 'float', low: 1e-4, high: 0.1, log: true },
    units: { type: 'int', low: 16, high: 256, log: true },
    dropout: { type: 'float', low: 0, high: 0.5 },
    batchSize: { type: 'categorical', choices: [32, 64, 128] },
  },
  search: { pruner: 'median' },
  budget: { trials: 60 },
} as const;

export const space: Space = {
  params: [
    { name: 'lr', ...written.space.lr, step: null, default: 0.003_162_277_66 },
    { name: 'units', ...written.space.units, step: 1, default: 64 },
    { name: 'dropout', ...written.space.dropout, log: false, step: null, default: 0.25 },
    { name: 'batchSize', ...written.space.batchSize, default: 32 },
  ],
  constraints: [],
};

export const file: AdvisedFile = {
  written,
  knobs: {
    lr: { names: ['learningRate'], least: 0 },
    units: { names: ['units'], least: 1 },
    dropout: { names: ['dropout', 'rate'], least: 0, most: 0.95 },
    batchSize: { names: ['batchSize'], least: 1 },
  },
  epochs: 40,
};

/** Positions on the search scales, by parameter. */
export type Units = Readonly<Record<string, number>>;

/** What becomes of a configuration. */
export interface Outcome {
  readonly loss: number;
  readonly curve?: readonly (readonly [train: number, validation: number])[];
  readonly isDiverged?: boolean;
  readonly seconds?: number;
}

export interface StudyPlan {
  readonly seed: number;
  readonly count?: number;
  readonly importance?: Importance;
  /** Whether later trials lie near the middle, as those of samplers that have found it. */
  readonly isSettled?: boolean;
  outcome(units: Units, rng: Rng): Outcome;
}

/** Random trials of that space. */
export function studyOf({ seed, count = 60, importance, isSettled = false, outcome }: StudyPlan): AdviceInput {
  const trials = Array.from({ length: count }, (_, id): Trial => {
    const rng = createRng(seed, 'advised', id);
    const width = isSettled && id > count / 3 ? 0.2 : 1;
    const units = Object.fromEntries(space.params.map(({ name }) => [name, 0.5 + width * (rng.uniform() - 0.5)]));
    const config = Object.fromEntries(space.params.map(param => [param.name, fromUnit(param, units[param.name]!)]));
    return trialOf(id, config, outcome(units, rng));
  });
  const { model: _, ...others } = input;
  const report = factsOf({ ...others, space, trials, budget: { trials: count } });
  return { report: { ...report, ...(importance && { importance }) }, trials, file };
}

function trialOf(id: number, config: Config, { loss, curve, isDiverged = false, seconds = 10 }: Outcome): Trial {
  const common = { id, attempt: 1, config, startedAt: time(id * 20), finishedAt: time(id * 20 + seconds) };
  if (isDiverged)
    return {
      ...common,
      state: 'failed',
      curve: [],
      failure: { cause: 'nan', message: 'valLoss was NaN after epoch 2' },
    };
  const points = (curve ?? []).map(([trainLoss, valLoss], epoch): Measurement => {
    return { step: epoch + 1, value: valLoss, metrics: { trainLoss, valLoss } };
  });
  const best = points.reduce(
    (best, point) => (point.value < best.value ? point : best),
    points[0] ?? { step: 0, value: loss },
  );
  const facts =
    points.length === 0 ? {} : { bestEpoch: best.step, epochs: points.length, trainLoss: best.metrics!['trainLoss']! };
  return {
    ...common,
    state: 'complete',
    value: points.length === 0 ? loss : best.value,
    curve: points,
    attributes: { seconds, ...facts },
  };
}

/** Shares of PED-ANOVA and fANOVA, the same. */
export function importanceBy(shares: Readonly<Record<string, number>>): Importance {
  const list = Object.entries(shares).map(([parameter, share]) => ({ parameter, share }));
  return { ped: list, fanova: { shares: list, pairs: [], interactions: 0 } };
}

export const usualImportance = importanceBy({ lr: 0.7, units: 0.2, dropout: 0.06, batchSize: 0.04 });

/** A valley of the learning rate with its floor at a position, a shallower one of the width, and noise. */
export function valley(at: number, floor = 0.05): StudyPlan['outcome'] {
  return ({ lr = 0, units = 0, dropout = 0 }, rng) => ({
    loss: 0.3 + (lr - at) ** 2 + 0.3 * (units - 0.5) ** 2 + 0.03 * (dropout - 0.4) ** 2 + floor * 0.1 * rng.normal(),
  });
}

export const fall = (epoch: number, floor: number, halfLife: number): number =>
  floor + (1 - floor) * 0.5 ** ((epoch + 1) / halfLife);

/** Losses by epoch, with noise as a share of them. */
export function curveOf(
  epochs: number,
  noise: number,
  rng: Rng,
  at: (epoch: number) => readonly [train: number, validation: number],
): NonNullable<Outcome['curve']> {
  const noisy = (value: number): number => value * (1 + noise * rng.normal());
  return Array.from({ length: epochs }, (_, epoch) => at(epoch)).map(([train, validation]) => [
    noisy(train),
    noisy(validation),
  ]);
}

export const between = (rng: Rng, low: number, high: number): number => low + (high - low) * rng.uniform();

/** A value in a patch. */
export function patched(
  patch: readonly { readonly path: string; readonly value?: Json }[],
  path: string,
): Json | undefined {
  return patch.find(operation => operation.path === path)?.value;
}
