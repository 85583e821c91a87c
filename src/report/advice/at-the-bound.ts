/**
 * The best trials crowd at the end of a range: what is better may lie beyond it. As many as that would lie in the last few
 * percent of the search scale, or at the last value where there are few, by a small chance alone (the binomial tail).
 */
import { formatNumber } from '../../text.ts';
import { isGradientTuned } from '../../space/gradient-params.ts';
import { countValues, toUnit } from '../../space/scale.ts';
import type { Trial } from '../../study/trial.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { isNumeric, knobOf, type NumericParam } from './knobs.ts';
import { patchParam } from './patches.ts';
import { extended, type Side } from './ranges.ts';
import { bestTrialOf, topTrials } from './top.ts';

/** Shares of the scale that count as its end. */
const edges = [0.05, 0.1, 0.15];
/** Share of the best trials there; two of ten are enough where the best one is one of them. */
const leastShare = 0.3;
const leastWithBest = 0.2;
/** That of three in ten in the last twentieth, of four in the last tenth, and of five in a bit more. */
const [chance, chanceWithBest] = [0.015, 0.05];
/** Of what the best trials have in common with others, by PED-ANOVA. */
const leastImportance = 0.05;
const fewestTrials = 4;
/** From here on it is certain. */
const certainShare = 0.5;

export function atTheBound(input: AdviceInput): readonly Advice[] {
  const top = topTrials(input);
  const best = bestTrialOf(input);
  if (top.length < fewestTrials || !best) return [];
  const ped = input.report.importance?.ped;
  const isImportant = (name: string): boolean =>
    ped === undefined || ped.some(({ parameter, share }) => parameter === name && share >= leastImportance);
  return input.report.study.space.params
    .filter(isNumeric)
    .filter(param => !isGradientTuned(param) && isImportant(param.name))
    .flatMap(param => (['low', 'high'] as const).flatMap(side => adviseOn(param, side, { input, top, best }) ?? []));
}

interface Seen {
  readonly input: AdviceInput;
  readonly top: readonly Trial[];
  readonly best: Trial;
}

function adviseOn(param: NumericParam, side: Side, { input, top, best }: Seen): Advice | undefined {
  const { name } = param;
  const distanceOf = ({ config }: Trial): number => {
    if (!Object.hasOwn(config, name)) return NaN;
    const u = toUnit(param, config[name]!);
    return side === 'high' ? 1 - u : u;
  };
  const distances = top.map(distanceOf).filter(distance => !Number.isNaN(distance));
  if (distances.length < fewestTrials) return undefined;
  const crowd = edges
    .map(edge => crowdAt(Math.max(edge, 1 / countValues(param)), distances, distanceOf(best)))
    .find(({ isCrowded }) => isCrowded);
  const next = crowd && extended(param, side, knobOf(input.file, param));
  if (!next) return undefined;
  const { there, edge, hasBest } = crowd;
  const [bound, beyond] = [param[side], next[side]].map(formatNumber);
  const end = `its ${side === 'high' ? 'upper' : 'lower'} bound ${bound}`;
  const many = `${there} of the ${distances.length} best trials`;
  const text =
    hasBest && edge === edges[0]
      ? `The best ${name}, ${formatNumber(best.config[name] as number)}, touches ${end}, as ${many} do`
      : `${many} have ${name} within ${Math.round(100 * edge)} % of ${end}`;
  return {
    rule: 'at-the-bound',
    text: `${text}: extend it to ${beyond}.`,
    parameters: [name],
    evidence: { atBound: there, top: distances.length, edge, bound: param[side] },
    patch: patchParam(input, next),
    confidence: hasBest && there >= certainShare * distances.length ? 'high' : 'medium',
  };
}

/** How many of the best trials are at an end of the scale, and whether that can be by chance. */
function crowdAt(edge: number, distances: readonly number[], best: number) {
  const count = distances.length;
  const there = distances.filter(distance => distance <= edge).length;
  const hasBest = best <= edge;
  const share = there / count;
  const isCrowded =
    (share >= leastShare && binomialTail(there, count, edge) <= chance) ||
    // One of them is the best: were they others.
    (hasBest && there > 1 && share >= leastWithBest && binomialTail(there - 1, count - 1, edge) <= chanceWithBest);
  return { there, edge, hasBest, isCrowded };
}

/** Chance of so many hits or more. */
export function binomialTail(hits: number, tries: number, chance: number): number {
  let [term, below] = [(1 - chance) ** tries, 0];
  for (let k = 0; k < hits; k++) {
    below += term;
    term *= ((tries - k) / (k + 1)) * (chance / (1 - chance));
  }
  return Math.max(0, 1 - below);
}
