/** What a space file may not say about tuning by gradients, whatever its data is. */
import type { Finding } from './finding.ts';
import { gradientSampler, hypergradientName, isGradientTuned } from './gradient-params.ts';
import type { Param } from './space.ts';

interface Asked {
  readonly params: readonly Param[];
  /** Name of the sampler. */
  readonly sampler: string | undefined;
}

export function asksForGradients({ params, sampler }: Asked): boolean {
  return sampler === gradientSampler || params.some(isGradientTuned);
}

/** Our own parameter needs its name. */
export function checkGradientNames(asked: Asked): readonly Finding[] {
  const isTaken = asked.params.some(({ name }) => name === hypergradientName);
  if (!isTaken || !asksForGradients(asked)) return [];
  const message = `"${hypergradientName}" is the parameter that says how a trial tunes by gradients`;
  return [{ path: ['space', hypergradientName], at: 'key', message, expected: 'another name' }];
}

/** @param trainer what trains in place of our own training: "an objective" */
export function refuseGradients({ params, sampler }: Asked, trainer: string): readonly Finding[] {
  const problem = {
    message: `${trainer} has no validation gradient to tune by`,
    expected: '"data", "model" and "train", for training of ours',
  };
  return [
    ...params.filter(isGradientTuned).map(({ name }) => ({
      ...problem,
      path: ['space', name, 'tune'],
      hint: 'leave "tune" out, and the sampler searches for this parameter',
    })),
    ...(sampler === gradientSampler
      ? [{ ...problem, path: ['search', 'sampler'], hint: 'choose another sampler' }]
      : []),
  ];
}
