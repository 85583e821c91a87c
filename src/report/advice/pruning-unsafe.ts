/** What trials reach early says little about how they end, and a pruner goes by it. */
import { formatNumber } from '../../text.ts';
import { isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import type { Advice, AdviceInput, PatchOperation } from './advice.ts';
import { setIn } from './patches.ts';

/** Spearman's, of a rung with the end. */
const leastCorrelation = 0.4;
const fewestTrials = 20;

/** The knob of each pruner that says when it begins; "auto" has none, and makes way for what it is most like. */
const firstSteps: Readonly<Record<string, string>> = {
  asha: 'minResource',
  hyperband: 'minResource',
  median: 'warmupSteps',
  percentile: 'warmupSteps',
};

export function pruningUnsafe(input: AdviceInput): readonly Advice[] {
  const { study, importance } = input.report;
  if (study.pruner === 'none') return [];
  const rungs = (importance?.rungs ?? [])
    .filter(({ trials }) => trials >= fewestTrials)
    .toSorted((a, b) => a.step - b.step);
  const [first] = rungs;
  if (!first || !(first.correlation < leastCorrelation)) return [];
  const last = rungs.findLastIndex(({ correlation }) => correlation < leastCorrelation);
  const { step } = rungs[last]!;
  const wanted = rungs[last + 1]?.step ?? 2 * step;
  return [
    {
      rule: 'pruning-unsafe',
      text: `The values of ${first.trials} trials after step ${first.step} tell little of how they end (correlation ${formatNumber(first.correlation)}): prune from step ${wanted} on.`,
      parameters: [],
      evidence: { step: first.step, correlation: first.correlation, trials: first.trials, wanted },
      patch: patchPruner(input, wanted),
      confidence: 'medium',
    },
  ];
}

function patchPruner({ report, file }: AdviceInput, step: number): readonly PatchOperation[] {
  const { written = {} } = file ?? {};
  const search = isRecord(written['search']) ? written['search'] : {};
  const given: Json = search['pruner'] ?? report.study.pruner;
  const set = (value: Json): readonly PatchOperation[] => setIn(written, ['search', 'pruner'], value);
  if (given === 'auto' || (isRecord(given) && Object.hasOwn(given, 'auto')))
    return set({ asha: { minResource: step } });
  if (typeof given === 'string')
    return Object.hasOwn(firstSteps, given) ? set({ [given]: { [firstSteps[given]!]: step } }) : [];
  const [[name, knobs] = ['', null], ...others] = isRecord(given) ? Object.entries(given) : [];
  if (others.length > 0 || !Object.hasOwn(firstSteps, name)) return [];
  if (isRecord(knobs)) return setIn(written, ['search', 'pruner', name, firstSteps[name]!], step);
  // { "percentile": 25 }
  return set({ [name]: { [name]: knobs, [firstSteps[name]!]: step } });
}
