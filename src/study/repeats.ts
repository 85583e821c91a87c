/**
 * Repeats for noisy objectives: the best value of many trials is a lucky one, so the best configurations are tried again,
 * with other seeds, until each has a result and so many repeats; the best one is that with the best mean. The last fifth of
 * the planned trials goes into that. Where no number is planned, a configuration is repeated as soon as it is the best
 * (Hutter, Hoos & Leyton-Brown 2011, https://doi.org/10.1007/978-3-642-25566-3_40). Whichever turns out worse than another
 * one gives way to it at once. What is repeated follows from the history.
 */
import { textOf } from '../space/config-text.ts';
import type { Config } from '../space/space.ts';
import type { Pruner, Sampler, SuggestContext } from './ports.ts';
import { resultsOf } from './results.ts';
import type { Trial } from './trial.ts';

/** Of the planned trials. */
const share = 1 / 5;
/** Trials before the first repeat, where no number is planned. */
const startup = 10;

/** The sampler, but for the trials that are repeats: it sees them, and need not know. */
export function withRepeats(sampler: Sampler, repeats: number): Sampler {
  if (repeats === 0) return sampler;
  return {
    suggest(context) {
      const config = (isTurn(context, repeats) && next(context, repeats)) || sampler.suggest(context);
      // Once a finite space was searched, what remains of the budget is for repeats.
      return config ?? next({ ...context, planned: 0 }, repeats);
    },
  };
}

/** The pruner, but for repeats: the mean of those alone that went well would be lucky again. */
export function sparingRepeats(pruner: Pruner, repeats: number): Pruner {
  if (repeats === 0) return pruner;
  return {
    judge(trial, history) {
      const own = textOf(trial.config);
      const isOriginal = ({ id, state, config }: Trial): boolean =>
        id < trial.id && state === 'complete' && textOf(config) === own;
      return history.some(isOriginal) ? 'continue' : pruner.judge(trial, history);
    },
  };
}

/** The pruner, but for these configurations: they run to their end, so that any of them can turn out the best. */
export function sparing(pruner: Pruner, configs: readonly Config[]): Pruner {
  if (configs.length === 0) return pruner;
  const texts = new Set(configs.map(textOf));
  return {
    judge: (trial, history) => (texts.has(textOf(trial.config)) ? 'continue' : pruner.judge(trial, history)),
  };
}

function isTurn({ trial, planned }: SuggestContext, repeats: number): boolean {
  if (planned === undefined) return trial >= startup;
  // In a short study, at least the best one gets its repeats.
  return trial >= planned - Math.min(Math.floor(planned / 2), Math.max(Math.ceil(share * planned), repeats));
}

/** The configuration with the best mean that lacks results; where no number is planned, no other than the best of all. */
function next({ history, planned }: SuggestContext, repeats: number): Config | undefined {
  const ranked = resultsOf(history, 'minimize')
    .filter(({ complete }) => complete.length > 0)
    .toSorted((a, b) => a.mean - b.mean);
  const candidates = planned === undefined ? ranked.slice(0, 1) : ranked;
  return candidates.find(({ complete, open }) => complete.length + open <= repeats)?.config;
}
