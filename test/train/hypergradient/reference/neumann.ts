/**
 * The hypergradient of one step and the steps like it before (Clarke et al. 2022, https://arxiv.org/abs/2110.10461):
 *   dV/dlambda ~ sum_{j < i} q . A^j B,  A = dw'/dw = I - lr wd D + K (H + 2 l2 D),  B = dw'/dlambda
 * for the step from w to w' with the memory before it held, q = grad V(w'), and K the diagonal matrix of what each
 * number of the gradient does to the change (-lr for momentum). One p = sum_j A'^j q serves all hyperparameters.
 *
 * The velocity of Keras holds the learning rate: v = lr u. Clarke holds u, a sum of gradients, so that for the learning
 * rate dv/dlr = v / lr and B = v' / lr - wd D w; with v held instead it is -g - wd D w.
 */
import { noTangent, tangentStep, validationGradient } from './forward-mode.ts';
import type { Rows } from './objective.ts';
import { momentum, type Hyper, type HyperName } from './rules.ts';
import { gradientOf, noMemory, stepOf, type State, type Training } from './training.ts';
import { combine, dot, times, type Vector } from './vectors.ts';

/** What of momentum's memory is held: the velocity as it is, or the sum of gradients in it. */
export type Held = 'velocity' | 'gradients';

/** Of a step from the state. */
export function neumann(
  training: Training,
  state: State,
  rows: Rows,
  hyper: Hyper,
  by: HyperName,
  { terms, held }: { readonly terms: number; readonly held: Held },
): number {
  const q = validationGradient(training, stepOf(training, state, rows, hyper));
  let [term, sum] = [q, q];
  for (let j = 1; j < terms; j++) {
    term = transposed(training, state, rows, hyper, term);
    sum = combine([1, sum], [1, term]);
  }
  return dot(sum, oneStep(training, state, rows, hyper, by, held));
}

/** B. */
export function oneStep(training: Training, state: State, rows: Rows, hyper: Hyper, by: HyperName, held: Held): Vector {
  const untouched = noTangent(training);
  const isScaled = held === 'gradients' && by === 'learningRate' && training.rule === momentum;
  const memory = isScaled ? state.memory.map(v => combine([1 / hyper.learningRate, v])) : untouched.memory;
  return tangentStep(training, state, rows, hyper, { ...untouched, memory }, by).weights;
}

/** A's. */
function transposed(training: Training, { weights, memory, step }: State, rows: Rows, hyper: Hyper, s: Vector): Vector {
  const { objective, rule, decays } = training;
  const { learningRate, weightDecay = 0, l2 = 0 } = hyper;
  const gradient = gradientOf(training, weights, rows, hyper);
  const ones = s.map(() => 1);
  const { change: gain } = rule.differentiate(
    { memory, gradient, step: step + 1, hyper },
    { memory: noMemory(rule, s.length), gradient: ones },
  );
  const scaled = times(gain, s);
  const curved = combine([1, objective.hessianTimes(weights, scaled, rows)], [2 * l2, times(decays, scaled)]);
  return combine([1, s], [-learningRate * weightDecay, times(decays, s)], [1, curved]);
}
