/** The Pareto front of a report, for its section and for the terminal. */
import type { Report, ReportedTrial } from './report.ts';

/** Trials of the front, best by the first metric first: all, or as many as there is room for, from one end to the other. */
export function frontTrials({ front = [], trials }: Report, most = Infinity): readonly ReportedTrial[] {
  const byNumber = new Map(trials.map(trial => [trial.trial, trial]));
  const members = front.map(number => byNumber.get(number)!);
  if (members.length <= most) return members;
  return Array.from({ length: most }, (_, row) => members[Math.round((row * (members.length - 1)) / (most - 1))]!);
}
