/** What tunes by the validation gradient within a trial, and what comes of it. Plain data. */
import { z } from 'zod';
import type { Coordinate } from './coordinate.ts';

export const hypergradientKnob = z
  .strictObject({
    estimator: z
      .enum(['auto', 'forward', 'neumann', 'restart'])
      .default('auto')
      .describe(
        '"forward": exact over the whole training, one gradient more for each parameter; "neumann": from the last steps, for many parameters and long trainings; "restart": values stay for a trial, the next one starts better; "auto": forward for up to 6 parameters',
      ),
    every: z.int().min(1).max(1000).default(10).describe('steps between two changes of the values'),
    terms: z.int().min(1).max(50).default(3).describe('terms of the Neumann series'),
    cap: z
      .number()
      .positive()
      .default(1)
      .describe('largest sensitivity to an e-fold change of a value, in norms of the weights; larger ones are cut'),
    travel: z
      .number()
      .positive()
      .max(100)
      .default(3)
      .describe('way that a value may go in a training, in widths of its range'),
  })
  .prefault({})
  .describe('how parameters with "tune": "gradient" follow the validation gradient (https://arxiv.org/abs/1703.01785)');

export type HypergradientKnobs = z.infer<typeof hypergradientKnob>;

/** A parameter of the space that the gradient moves. */
export interface TunedParameter {
  /** Its name in the space. */
  readonly name: string;
  /** Continuous hyperparameters of the program that have its value: "optimizer.learningRate". */
  readonly hyper: readonly string[];
  readonly coordinate: Coordinate;
}

export interface Tuning {
  /** "online": values move while the trial trains; "restart": they stay, and the gradient at the end is told. */
  readonly mode: 'online' | 'restart';
  /** At least one. */
  readonly parameters: readonly TunedParameter[];
  readonly knobs: HypergradientKnobs;
}

/** Values over a training, for use without this package too. */
export interface LearnedSchedule {
  /** Steps for which a value holds. */
  readonly every: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** By parameter: the first value is for the steps 1 to `every`, and so on; the last one for all steps after it. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

export interface Learned {
  readonly estimator: 'forward' | 'neumann' | 'restart';
  /** Up to the last epoch that was trained. */
  readonly schedule: LearnedSchedule;
  /** Values in the epoch whose weights are kept. */
  readonly values: Readonly<Record<string, number>>;
  /** Derivative of the loss of the tuning rows by each coordinate, at the end of a training with fixed values. */
  readonly hypergradient?: Readonly<Record<string, number>>;
  /** How often training diverged and was taken up again from before. */
  readonly rollbacks: number;
}

/** A training with the values that another one has learned. */
export interface Replay {
  readonly parameters: readonly Pick<TunedParameter, 'name' | 'hyper'>[];
  readonly schedule: LearnedSchedule;
}
