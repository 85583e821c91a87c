/** The best trials were still getting better in their last epoch. */
import type { Advice, AdviceInput } from './advice.ts';
import { rateKnobs, paramsOf } from './knobs.ts';
import { maxEpochs, patchEpochs } from './max-epochs.ts';
import { epochsOf, topTrials } from './top.ts';

const leastShare = 0.5;
/** Fewer of them, or shorter ones, tell nothing. */
const [fewestTrials, fewestEpochs] = [3, 4];
const factor = 2;

export function unfinished(input: AdviceInput): readonly Advice[] {
  const { goal } = input.report.study.metric;
  const most = maxEpochs(input);
  const ended = topTrials(input).flatMap(trial => {
    const epochs = epochsOf(trial, goal);
    return epochs && epochs.last >= fewestEpochs ? [{ ...epochs, most: most(trial) }] : [];
  });
  const atEnd = ended.filter(({ best, last, most }) => best === last && last >= most);
  const share = atEnd.length / ended.length;
  if (ended.length < fewestTrials || share < leastShare) return [];
  const longest = Math.max(...atEnd.map(({ last }) => last));
  const wanted = factor * longest;
  const rates = paramsOf(input, rateKnobs).map(({ name }) => name);
  return [
    {
      rule: 'unfinished',
      text: `${atEnd.length} of the ${ended.length} best trials were best in their last epoch, ${longest}: allow ${wanted} epochs, or raise ${rates.length > 0 ? rates.join(', ') : 'the learning rate'}.`,
      parameters: rates,
      evidence: { atEnd: atEnd.length, top: ended.length, epochs: longest },
      patch: patchEpochs(input, wanted),
      confidence: share >= 0.8 ? 'high' : 'medium',
    },
  ];
}
