/** Accuracy stalls while both losses are high and close together, and the best trials are the widest: the model is too small. */
import { quantileOf } from '../../stats/quantile.ts';
import { median } from '../../stats/median.ts';
import { toUnit } from '../../space/scale.ts';
import type { Json, Param } from '../../space/space.ts';
import type { Trial } from '../../study/trial.ts';
import { lossCurve } from '../../train/curve-class.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { depthKnobs, knobOf, numericChoices, paramsOf, widthKnobs } from './knobs.ts';
import { patchParam } from './patches.ts';
import { raised, type Reach } from './ranges.ts';
import { shareOfClass, topTrials } from './top.ts';

const leastShare = 0.5;
/** Training losses are high that are still above this share of what untrained models have. */
const highLoss = 0.25;
/** Where the best trials are, on the search scale. */
const upperThird = 2 / 3;
/** Widths are raised by a factor of two, depths by half. */
const reach: Reach = { factor: 2, share: 0.5 };

export function plateau(input: AdviceInput): readonly Advice[] {
  const top = topTrials(input);
  const untrained = untrainedLoss(input.trials);
  const share = shareOfClass(top, 'underfit', { untrained, usual: highLoss * untrained });
  if (!(share >= leastShare)) return [];
  const [widths, depths] = [paramsOf(input, widthKnobs), paramsOf(input, depthKnobs)];
  const small = [widths, depths].find(params => params.length > 0) ?? [];
  const full = small.filter(param => placeOf(param, top) >= upperThird);
  // Where narrow layers do as well as wide ones, it is not width that lacks.
  if (small.length > 0 && full.length === 0) return [];
  const wanted = full.flatMap(param => raised(param, knobOf(input.file, param), reach) ?? []);
  const names = full.map(({ name }) => name);
  const stalls = `Accuracy stalls with both losses high in ${Math.round(100 * share)} % of the best trials`;
  const largest = wanted.map(param => `${param.name} up to ${largestOf(param)}`).join(', ');
  const [first, then] =
    full === depths || widths.length === 0 ? ['add layers', ''] : ['widen the layers', ', then deepen'];
  return [
    {
      rule: 'plateau',
      text: `${stalls}${names.length > 0 ? `, which have ${names.join(', ')} in the upper third` : ''}: ${first}${largest === '' ? '' : ` (${largest})`}${then}.`,
      parameters: names,
      evidence: { underfit: share, top: top.length, untrainedLoss: untrained, trainLoss: median(lastLosses(top)) },
      patch: wanted.flatMap(param => patchParam(input, param)),
      confidence: full.length > 0 ? 'high' : 'low',
    },
  ];
}

/** Where the best trials have it: the middle of them, on the search scale or among choices that are numbers. */
function placeOf(param: Param, top: readonly Trial[]): number {
  const choices = numericChoices(param);
  const place = (value: Json): number =>
    choices ? (choices.indexOf(value as number) + 0.5) / choices.length : toUnit(param, value);
  return median(top.flatMap(({ config }) => (Object.hasOwn(config, param.name) ? [place(config[param.name]!)] : [])));
}

function largestOf(param: Param): string {
  return String('high' in param ? param.high : numericChoices(param)?.at(-1));
}

/** After the first epoch, where learning was slow; without those that diverged at once. */
function untrainedLoss(trials: readonly Trial[]): number {
  const first = trials.map(({ curve }) => lossCurve(curve).train[0]).filter(loss => loss !== undefined);
  const finite = first.filter(Number.isFinite);
  return finite.length === 0 ? NaN : quantileOf(finite, 0.75);
}

function lastLosses(top: readonly Trial[]): readonly number[] {
  return top.flatMap(({ curve }) => lossCurve(curve).train.slice(-1));
}
