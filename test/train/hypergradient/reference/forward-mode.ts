/**
 * Derivatives of a whole training by its hyperparameters, carried along with it (Franceschi et al. 2017,
 * https://arxiv.org/abs/1703.01785). With z = dw/dlambda and H the Hessian of the batch's loss:
 *   g' = H z + D (2 l2 z + [l2: 2 w] + [l1: sign w])
 *   z <- z - lr wd D z - [lr: wd D w] - [wd: lr D w] + change'
 *   dV/dlambda = grad V(w) . z
 */
import type { Rows } from './objective.ts';
import type { Hyper, HyperName } from './rules.ts';
import { firstState, gradientOf, noMemory, stepOf, type State, type Training } from './training.ts';
import { combine, dot, times, zeros, type Vector } from './vectors.ts';

/** Derivatives of weights and memory by one hyperparameter. */
export type Tangent = Pick<State, 'weights' | 'memory'>;

/** That of a state which the hyperparameter has not touched. */
export function noTangent({ rule, initial }: Training): Tangent {
  return { weights: zeros(initial.length), memory: noMemory(rule, initial.length) };
}

/** After the step that starts from the state. */
export function tangentStep(
  training: Training,
  { weights, memory, step }: State,
  rows: Rows,
  hyper: Hyper,
  tangent: Tangent,
  by: HyperName,
): Tangent {
  const { objective, rule, decays } = training;
  const { learningRate, weightDecay = 0, l2 = 0 } = hyper;
  const z = tangent.weights;
  const own = { l2: weights.map(w => 2 * w), l1: weights.map(Math.sign) }[by as string] ?? zeros(weights.length);
  const penalty = times(decays, combine([2 * l2, z], [1, own]));
  const movingGradient = combine([1, objective.hessianTimes(weights, z, rows)], [1, penalty]);
  const gradient = gradientOf(training, weights, rows, hyper);
  const given = { memory, gradient, step: step + 1, hyper };
  const moved = rule.differentiate(given, { memory: tangent.memory, gradient: movingGradient }, by);
  const decayOfWeights = { learningRate: weightDecay, weightDecay: learningRate }[by as string] ?? 0;
  const decay = times(decays, combine([learningRate * weightDecay, z], [decayOfWeights, weights]));
  return { weights: combine([1, z], [-1, decay], [1, moved.change]), memory: moved.memory };
}

/** dV/dlambda after all steps. */
export function forwardMode(training: Training, hyper: Hyper, by: HyperName): number {
  let [state, tangent] = [firstState(training), noTangent(training)];
  for (const rows of training.batches) {
    tangent = tangentStep(training, state, rows, hyper, tangent, by);
    state = stepOf(training, state, rows, hyper);
  }
  return hypergradient(training, state, tangent);
}

export function hypergradient({ objective, validation }: Training, state: State, tangent: Tangent): number {
  return dot(validationGradient({ objective, validation }, state), tangent.weights);
}

export function validationGradient(
  { objective, validation }: Pick<Training, 'objective' | 'validation'>,
  { weights }: State,
): Vector {
  return objective.gradient(weights, validation);
}
