/** The best trials were at their best early, and trained on for nothing. */
import { formatDuration } from '../../text.ts';
import { quantileOf } from '../../stats/quantile.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { maxEpochs, patchEpochs } from './max-epochs.ts';
import { epochsOf, rankedTrials, secondsOf, topTrials } from './top.ts';

const leastShare = 0.5;
/** Of the epochs that are allowed. */
const early = 0.2;
/** What the longest of the best trials needed, and as much again. */
const [needed, factor] = [0.9, 2];
/** Less is not worth a change. */
const leastSaved = 0.1;
const [fewestTrials, fewestEpochs] = [3, 10];

export function overLong(input: AdviceInput): readonly Advice[] {
  const { goal } = input.report.study.metric;
  const most = maxEpochs(input);
  const top = topTrials(input).flatMap(trial => {
    const epochs = epochsOf(trial, goal);
    const allowed = most(trial);
    return epochs && allowed >= fewestEpochs ? [{ best: epochs.best, allowed }] : [];
  });
  const soon = top.filter(({ best, allowed }) => best < early * allowed);
  if (top.length < fewestTrials || soon.length / top.length < leastShare) return [];
  const wanted = Math.ceil(
    factor *
      quantileOf(
        top.map(({ best }) => best),
        needed,
      ),
  );
  const all = rankedTrials(input).map(trial => {
    const last = epochsOf(trial, goal)?.last ?? 0;
    const seconds = secondsOf(trial);
    return {
      epochs: last,
      spared: Math.max(0, last - wanted),
      seconds: last > 0 ? (seconds * Math.max(0, last - wanted)) / last : 0,
    };
  });
  const sum = (of: (trial: (typeof all)[number]) => number): number =>
    all.reduce((total, trial) => total + of(trial), 0);
  // Early stopping may have seen to it already.
  if (sum(({ spared }) => spared) < leastSaved * sum(({ epochs }) => epochs)) return [];
  const allowed = Math.max(...top.map(({ allowed }) => allowed));
  const savedSeconds = sum(({ seconds }) => seconds);
  return [
    {
      rule: 'over-long',
      text: `${soon.length} of the ${top.length} best trials were best in the first fifth of their ${allowed} epochs: ${wanted} epochs, or a shorter patience, would have saved ${formatDuration(savedSeconds)}.`,
      parameters: [],
      evidence: { early: soon.length, top: top.length, epochs: allowed, wanted },
      patch: patchEpochs(input, wanted),
      confidence: 'medium',
      savedSeconds,
    },
  ];
}
