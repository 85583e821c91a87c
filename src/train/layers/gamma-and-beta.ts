/** What normalizations learn: a factor and an offset for each channel, which do not decay. */
import { ones } from '../initializers/ones.ts';
import { zeros } from '../initializers/zeros.ts';
import type { WeightSpec } from './layer.ts';

export function gammaAndBeta(channels: number): readonly WeightSpec[] {
  return [
    { name: 'gamma', shape: [channels], initialize: ones.create({}), decays: false },
    { name: 'beta', shape: [channels], initialize: zeros.create({}), decays: false },
  ];
}
