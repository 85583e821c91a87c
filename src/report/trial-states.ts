/** The states of trials, in the order in which people ask for them. */
import type { Trial, TrialState } from '../study/trial.ts';

export const trialStates = [
  'complete',
  'pruned',
  'failed',
  'running',
  'paused',
  'interrupted',
  'waiting',
] as const satisfies TrialState[];

export function countStates(trials: readonly Trial[]): Readonly<Record<TrialState, number>> {
  const counts = { complete: 0, pruned: 0, failed: 0, running: 0, paused: 0, interrupted: 0, waiting: 0 };
  for (const { state } of trials) counts[state] += 1;
  return counts;
}
