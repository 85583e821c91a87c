/** How the parts of the bench tune by gradients: as trials do whose parameters have "tune": "gradient". */
import { coordinateOf } from '../../dist/train/hypergradient/coordinate.js';
import { hypergradientKnob } from '../../dist/train/hypergradient/tuning.js';

export const learningRate = 'optimizer.learningRate';
export const momentum = 'optimizer.momentum';

/**
 * @param ranges by input of the training step: { low, high, log }, as a space has them
 * @param knobs of train.hypergradient
 * @returns the option `tuning` of fitSection()
 */
export function tuningOf(ranges, knobs = {}) {
  const parameters = Object.entries(ranges).map(([name, { low, high, log = false }]) => ({
    name,
    hyper: [name],
    coordinate: coordinateOf({ low, high, log }, name === momentum),
  }));
  return { mode: 'online', knobs: hypergradientKnob.parse(knobs), parameters };
}
