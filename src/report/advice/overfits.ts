/** Most of the best trials overfit: narrower and deeper nets, or more regularization. Goodfellow et al. 2016, 5.2 and 7. */
import { formatNumber } from '../../text.ts';
import { median } from '../../stats/median.ts';
import type { Param } from '../../space/space.ts';
import { adviceFor } from '../../train/advice.ts';
import { usualLoss } from '../../train/curve-class.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { depthKnobs, isNumeric, knobOf, paramsOf, widthKnobs } from './knobs.ts';
import { patchParam } from './patches.ts';
import { extended, raised, withRange } from './ranges.ts';
import { shareOfClass, topTrials } from './top.ts';

const leastShare = 0.5;
const halving = { factor: 2, share: 0.5 };
/** What regularizes, the most usual first. */
const regularizers = adviceFor.overfit.raise.filter(knob => !depthKnobs.includes(knob));

export function overfits(input: AdviceInput): readonly Advice[] {
  const top = topTrials(input);
  // As the report classifies them.
  const usual = usualLoss(input.trials);
  const share = shareOfClass(top, 'overfit', usual === undefined ? {} : { usual });
  if (!(share >= leastShare)) return [];
  const limit = (param: Param) => knobOf(input.file, param);
  const narrow = paramsOf(input, widthKnobs).flatMap(param => narrower(param, input) ?? []);
  const deep = paramsOf(input, depthKnobs).flatMap(param => raised(param, limit(param), halving) ?? []);
  const strong = paramsOf(input, regularizers).flatMap(
    param => (isNumeric(param) && extended(param, 'high', limit(param))) || [],
  );
  const remedies = [
    ...(narrow.length > 0 ? [`make the layers narrower (${ranges(narrow)})`] : []),
    ...(deep.length > 0 ? [`make the net deeper (${ranges(deep)})`] : []),
    ...(strong.length > 0 ? [`regularize more (${ranges(strong)})`] : []),
  ];
  const wanted = [...narrow, ...deep, ...strong];
  const general = 'make the layers narrower and the net deeper, or add dropout or weight decay';
  return [
    {
      rule: 'overfits',
      text: `${Math.round(100 * share)} % of the best trials overfit: ${remedies.length > 0 ? remedies.join(', ') : general}.`,
      parameters: wanted.map(({ name }) => name),
      evidence: { overfit: share, top: top.length },
      patch: wanted.flatMap(param => patchParam(input, param)),
      confidence: wanted.length > 0 ? 'high' : 'medium',
    },
  ];
}

/** From half its least value up to what the best trials have in the middle. */
function narrower(param: Param, input: AdviceInput): Param | undefined {
  if (!isNumeric(param)) return undefined;
  const values = topTrials(input).flatMap(({ config }) =>
    Object.hasOwn(config, param.name) ? [config[param.name] as number] : [],
  );
  const { low } = extended(param, 'low', knobOf(input.file, param), halving) ?? param;
  const high = Math.max(low, Math.round(median(values)));
  return high < param.high ? withRange(param, low, high) : undefined;
}

function ranges(params: readonly Param[]): string {
  return params
    .map(param =>
      'low' in param ? `${param.name} from ${formatNumber(param.low)} to ${formatNumber(param.high)}` : param.name,
    )
    .join(', ');
}
