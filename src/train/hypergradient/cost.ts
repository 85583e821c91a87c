/** How a trial tunes by gradients, and what that costs. */
import type { Program } from '../program.ts';
import { needsDifference } from './neumann.ts';
import type { Learned, Tuning } from './tuning.ts';

/** Sensitivities of so many parameters may be carried at once. */
const mostForward = 6;
/** Trainings with plain gradients that are longer than this are better told by their last steps. */
const longTraining = 3000;
const plain: ReadonlySet<string> = new Set(['sgd', 'momentum', 'nesterov']);

/** Tuning rows that a change of the values looks at, in minibatches. */
export const heldBatches = 2;

interface Training {
  /** Name of the optimizer. */
  readonly optimizer: string;
  /** At most. */
  readonly steps: number;
}

export function estimatorOf(
  { mode, parameters, knobs: { estimator } }: Tuning,
  { optimizer, steps }: Training,
): Learned['estimator'] {
  if (mode === 'restart') return 'restart';
  if (estimator === 'forward' || estimator === 'neumann') return estimator;
  return parameters.length > mostForward || (plain.has(optimizer) && steps > longTraining) ? 'neumann' : 'forward';
}

/** Gradients that a training step takes on average, where a plain one takes one. */
export function costFactor(
  { parameters, knobs }: Tuning,
  estimator: Learned['estimator'],
  program: Pick<Program, 'penalties' | 'clipping'>,
): number {
  const { every, terms } = knobs;
  if (estimator === 'restart') return 1 + parameters.length;
  if (estimator === 'forward') return 1 + parameters.length + heldBatches / every;
  const differences = parameters.filter(parameter => needsDifference(program, parameter)).length;
  return 1 + (terms - 1 + differences + heldBatches) / every;
}
