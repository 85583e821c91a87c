/** Sentences about a run that the report and the terminal share. */
import type { Cost, RunEnd } from './report.ts';

/** Why a run ended: "The run ended ...". */
export const stopReasons: Readonly<Record<RunEnd, string>> = {
  trials: 'with the last trial of the budget',
  duration: 'because its time was over',
  'gradient-evaluations': 'because its gradient evaluations were used up',
  target: 'because the target was reached',
  converged: 'because more trials promised less than the noise of the metric',
  interrupted: 'because it was interrupted; the same command goes on with it',
  exhausted: 'because every configuration of the space was tried',
  running: 'not yet: it goes on',
};

/** "9 complete, 3 pruned, 0 failed" */
export function countTrials({
  complete,
  pruned,
  failed,
  running,
  paused,
  interrupted,
  waiting,
}: Cost['counts']): string {
  const unfinished = [
    ...(running + paused > 0 ? [`${running + paused} unfinished`] : []),
    ...(interrupted > 0 ? [`${interrupted} interrupted`] : []),
    ...(waiting > 0 ? [`${waiting} enqueued`] : []),
  ];
  return [`${complete} complete`, `${pruned} pruned`, `${failed} failed`, ...unfinished].join(', ');
}
