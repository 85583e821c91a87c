/** How a trial tunes by gradients, and what that costs. */
import type { Learned, Tuning } from './tuning.ts';

/** Sensitivities are carried for each parameter: of more than these, the last steps have to do. */
const mostForward = 6;

export function estimatorOf({ mode, parameters, knobs: { estimator } }: Tuning): Learned['estimator'] {
  if (mode === 'restart' || estimator === 'restart') return 'restart';
  if (estimator !== 'auto') return estimator;
  return parameters.length <= mostForward ? 'forward' : 'neumann';
}

/** Gradients that a training step takes on average, where a plain one takes one. */
export function costFactor(tuning: Tuning): number {
  const { parameters, knobs } = tuning;
  const { every, terms } = knobs;
  // Each change of the values looks at a minibatch of training and one of tuning rows.
  if (estimatorOf(tuning) !== 'neumann') return 1 + parameters.length + 2 / every;
  const ofLoss = parameters.filter(({ hyper }) => !hyper.every(isOfUpdate));
  return 1 + (terms - 1 + ofLoss.length + 2) / every;
}

/** What only the optimizer's update depends on, not the gradient that it gets. */
function isOfUpdate(hyper: string): boolean {
  return (
    hyper === 'weightDecay' || ['optimizer.', 'clipping.', 'learningRates.'].some(group => hyper.startsWith(group))
  );
}
