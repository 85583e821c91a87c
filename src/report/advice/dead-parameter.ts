/** A parameter that neither separates the best trials from others nor moves the loss: one less to search. */
import { show } from '../../space/json.ts';
import { hypergradientName, isGradientTuned } from '../../space/gradient-params.ts';
import { countValues } from '../../space/scale.ts';
import type { Param } from '../../space/space.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { patchParam } from './patches.ts';
import { fixed } from './ranges.ts';
import { bestTrialOf, rankedTrials } from './top.ts';

/** By PED-ANOVA and by fANOVA. */
const mostImportance = 0.01;
const fewestTrials = 50;

export function deadParameter(input: AdviceInput): readonly Advice[] {
  const { importance, study } = input.report;
  const best = bestTrialOf(input);
  const trials = rankedTrials(input).length;
  const [ped, fanova] = [importance?.ped, importance?.fanova?.shares];
  if (trials < fewestTrials || !best || !ped || !fanova) return [];
  const hasGradients = study.space.params.some(isGradientTuned);
  const isGradients = (param: Param): boolean =>
    isGradientTuned(param) || (hasGradients && param.name === hypergradientName);
  return study.space.params
    .filter(param => countValues(param) > 1 && !isGradients(param) && Object.hasOwn(best.config, param.name))
    .flatMap(param => {
      const { name } = param;
      const shares = [ped, fanova].map(method => method.find(({ parameter }) => parameter === name)?.share);
      const [byPed, byFanova] = shares;
      if (byPed === undefined || byFanova === undefined || Math.max(byPed, byFanova) >= mostImportance) return [];
      const value = best.config[name]!;
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      return [
        {
          rule: 'dead-parameter' as const,
          text: `${name} made no difference in ${trials} trials (importance ${percent(byPed)} by PED-ANOVA, ${percent(byFanova)} by fANOVA): fix it at ${show(value)}.`,
          parameters: [name],
          evidence: { ped: byPed, fanova: byFanova, trials },
          patch: patchParam(input, fixed(param, value)),
          confidence: 'medium' as const,
        },
      ];
    });
}
