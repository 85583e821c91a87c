/** Many trials end in losses that are no numbers, and those have the higher learning rates. */
import { formatNumber } from '../../text.ts';
import { rankSum, rankSumTail } from '../../stats/mann-whitney.ts';
import { quantileOf } from '../../stats/quantile.ts';
import { hasEnded } from '../../study/count-finished.ts';
import type { Trial } from '../../study/trial.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { isNumeric, paramsOf, rateKnobs, type NumericParam } from './knobs.ts';
import { patchParam } from './patches.ts';
import { narrowed } from './ranges.ts';
import { bestTrialOf, secondsOf } from './top.ts';

const leastShare = 0.2;
const leastCount = 3;
/** One-sided: their rates above the others' (Mann-Whitney). */
const significance = 0.01;
/** The new bound lies below all but so many of them. */
const lowest = 0.1;

export function diverges(input: AdviceInput): readonly Advice[] {
  const ended = input.trials.filter(hasEnded);
  const share = ended.filter(isDiverged).length / ended.length;
  if (!(share >= leastShare)) return [];
  return paramsOf(input, rateKnobs)
    .filter(isNumeric)
    .flatMap(param => adviseOn(param, ended, share, input) ?? []);
}

function isDiverged({ state, failure }: Trial): boolean {
  return state === 'failed' && failure?.cause === 'nan';
}

function adviseOn(param: NumericParam, ended: readonly Trial[], share: number, input: AdviceInput): Advice | undefined {
  const { name } = param;
  const ratesOf = (trials: readonly Trial[]): Float64Array =>
    Float64Array.from(trials.flatMap(({ config }) => (Object.hasOwn(config, name) ? [config[name] as number] : [])));
  const diverged = ended.filter(isDiverged);
  const [theirs, others] = [ratesOf(diverged), ratesOf(ended.filter(trial => !isDiverged(trial)))];
  if (theirs.length < leastCount || others.length < leastCount) return undefined;
  const p = rankSumTail([rankSum(theirs, others)]);
  if (p >= significance) return undefined;
  const best = Number(bestTrialOf(input)?.config[name] ?? 0);
  const bound = Number(Math.max(best, quantileOf([...theirs], lowest)).toPrecision(3));
  const isLower = bound > param.low && bound < param.high;
  const remedy = isLower ? `lower its upper bound to ${formatNumber(bound)}, or clip gradients` : 'clip gradients';
  return {
    rule: 'diverges',
    text: `${diverged.length} of ${ended.length} trials diverged, those with the higher ${name} (p = ${formatNumber(Number(p.toPrecision(2)))}): ${remedy}.`,
    parameters: [name],
    evidence: { share, diverged: theirs.length, p, bound },
    patch: isLower ? patchParam(input, narrowed(param, param.low, Math.max(best, bound))) : [],
    confidence: 'high',
    savedSeconds: diverged.reduce((sum, trial) => sum + secondsOf(trial), 0),
  };
}
