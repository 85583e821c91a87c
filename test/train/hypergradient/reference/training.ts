/**
 * A training as src/train/step.ts does it, with D the diagonal matrix that is 1 for kernels and 0 for biases:
 *   g = grad L(w) + D (2 l2 w + l1 sign w)
 *   w <- w - lr wd D w + change(g)
 */
import type { Objective, Rows } from './objective.ts';
import type { Hyper, Rule } from './rules.ts';
import { combine, times, zeros, type Vector } from './vectors.ts';

export interface Training {
  readonly objective: Objective;
  readonly rule: Rule;
  readonly initial: Vector;
  /** 1 for kernels, 0 for biases: what decays. */
  readonly decays: Vector;
  /** Rows of each step. */
  readonly batches: readonly Rows[];
  /** Rows on which the loss, without penalties, is what hyperparameters are tuned for. */
  readonly validation: Rows;
}

export interface State {
  readonly weights: Vector;
  readonly memory: readonly Vector[];
  /** Steps done. */
  readonly step: number;
}

export function firstState({ initial, rule }: Training): State {
  return { weights: initial, memory: noMemory(rule, initial.length), step: 0 };
}

export function noMemory({ slots }: Rule, size: number): Vector[] {
  return Array.from({ length: slots }, () => zeros(size));
}

/** Of the loss with its penalties. */
export function gradientOf({ objective, decays }: Training, weights: Vector, rows: Rows, hyper: Hyper): Vector {
  const { l1 = 0, l2 = 0 } = hyper;
  const penalty = times(decays, combine([2 * l2, weights], [l1, weights.map(Math.sign)]));
  return combine([1, objective.gradient(weights, rows)], [1, penalty]);
}

export function stepOf(training: Training, { weights, memory, step }: State, rows: Rows, hyper: Hyper): State {
  const { rule, decays } = training;
  const { learningRate, weightDecay = 0 } = hyper;
  const gradient = gradientOf(training, weights, rows, hyper);
  const moved = rule.move({ memory, gradient, step: step + 1, hyper });
  return {
    weights: combine([1, weights], [-learningRate * weightDecay, times(decays, weights)], [1, moved.change]),
    memory: moved.memory,
    step: step + 1,
  };
}

/** All steps. */
export function run(training: Training, hyper: Hyper): State {
  return training.batches.reduce((state, rows) => stepOf(training, state, rows, hyper), firstState(training));
}

export function validationLoss({ objective, validation }: Training, { weights }: State): number {
  return objective.loss(weights, validation);
}
