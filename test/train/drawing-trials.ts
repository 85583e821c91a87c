/** Trials of a trainer that draw and remember all that training can. */
import { join } from 'node:path';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config } from '../../src/space/space.ts';
import type { Outcome } from '../../src/study/ports.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import type { TrainingSetup } from '../../src/train/trainer.ts';

const metric = { name: 'valLoss', goal: 'minimize' } as const;

/** Everything that draws or remembers; the data are other ones for some trials. */
export const drawingSetup = (folder: string): TrainingSetup => ({
  study: 'paused',
  space: defineSpace({
    normalize: { type: 'categorical', choices: ['standard', 'minMax'] },
    rate: { type: 'float', low: 1e-3, high: 1e-1, log: true },
  }),
  data: { twoMoons: { examples: 150 }, normalize: '$normalize' },
  model: {
    layers: [{ dense: { units: 8, activation: 'relu' } }, 'batchNorm', { dropout: 0.3 }, { dense: { units: 4 } }],
  },
  train: {
    optimizer: { adam: '$rate' },
    schedule: 'cosineDecay',
    epochs: 6,
    earlyStopping: { patience: 2, smoothing: 0.5 },
  },
  after: {},
  folder,
  seed: 1,
  metric,
  metrics: [metric],
  checkpoints: join(folder, 'checkpoints'),
});

export const configs: readonly Config[] = [
  { normalize: 'standard', rate: 0.05, hypergradient: 'online' },
  { normalize: 'minMax', rate: 0.02, hypergradient: 'restart' },
  { normalize: 'standard', rate: 0.004 },
];

const passing = ['seconds', 'inferenceMs', 'inferenceMsPerExample', 'rssMegabytes', 'tensors', 'thread'];

/** All that does not depend on the time, or on what else runs. */
export function facts(outcome: Outcome) {
  const { attributes, ...result } = outcome as TrialResult;
  return { ...result, facts: Object.entries(attributes ?? {}).filter(([name]) => !passing.includes(name)) };
}
