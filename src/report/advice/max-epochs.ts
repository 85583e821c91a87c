/** How long trials may train, and a patch that makes it another number. */
import type { Trial } from '../../study/trial.ts';
import type { AdviceInput, PatchOperation } from './advice.ts';
import { epochKnobs, isNumeric, knobOf, paramsOf } from './knobs.ts';
import { patchParam, setIn } from './patches.ts';
import { withRange } from './ranges.ts';
import { epochsOf } from './top.ts';
import { isRecord } from '../../space/json.ts';

/** As its parameter or the file says; else as long as the longest trial was. */
export function maxEpochs(input: AdviceInput): (trial: Trial) => number {
  const { goal } = input.report.study.metric;
  const [param] = paramsOf(input, epochKnobs);
  const longest = Math.max(0, ...input.trials.map(trial => epochsOf(trial, goal)?.last ?? 0));
  return ({ config }) => {
    const given = param && Object.hasOwn(config, param.name) ? config[param.name] : undefined;
    return typeof given === 'number' ? given : (input.file?.epochs ?? longest);
  };
}

/** The range of the parameter ends there, or the file says so. Files without a "train" of their own have no place for it. */
export function patchEpochs(input: AdviceInput, epochs: number): readonly PatchOperation[] {
  const [param] = paramsOf(input, epochKnobs);
  if (param) {
    const most = Math.min(epochs, knobOf(input.file, param).most ?? Infinity);
    return isNumeric(param) && most > param.low ? patchParam(input, withRange(param, param.low, most)) : [];
  }
  const { written = {} } = input.file ?? {};
  return isRecord(written['train']) ? setIn(written, ['train', 'epochs'], epochs) : [];
}
