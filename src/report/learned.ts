/** What the validation gradient did in trials, read from what they recorded. */
import { hypergradientModes, hypergradientName, type HypergradientMode } from '../space/gradient-params.ts';
import { canonical, isRecord } from '../space/json.ts';
import { isComplete } from '../study/count-finished.ts';
import { lossOf } from '../study/losses.ts';
import type { Direction } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import type { LearnedValues, ReportedTrial, TuningFacts, UntunedCopy } from './report.ts';
import { valueIn, type TrialValues } from './values.ts';

const estimators = ['forward', 'neumann', 'restart'] as const;

export function tuningFacts(trial: Pick<Trial, 'config' | 'attributes'>): TuningFacts {
  const { config, attributes = {} } = trial;
  const { rollbacks, gradientEvaluations } = attributes;
  const learned = learnedIn(trial);
  // Another space may have a parameter of this name, with a meaning of its own.
  const hypergradient = hypergradientModes.find(mode => mode === valueIn(config, hypergradientName));
  const estimator = estimators.find(name => name === attributes['estimator']);
  return {
    ...(hypergradient && { hypergradient }),
    ...(estimator && { estimator }),
    ...(Object.keys(learned).length > 0 && { learned }),
    ...(typeof rollbacks === 'number' && { rollbacks }),
    ...(typeof gradientEvaluations === 'number' && { gradientEvaluations }),
  };
}

/** The values of a trial with what became of them, to be shown together. */
export function valuesOf(trial: Pick<Trial, 'config' | 'attributes'>): TrialValues {
  return { config: trial.config, learned: learnedIn(trial) };
}

/** Where the values of a trial began and where they went; nothing for a trial that did not tune. */
function learnedIn({ config, attributes = {} }: Pick<Trial, 'config' | 'attributes'>): LearnedValues {
  const { learned } = attributes;
  if (!isRecord(learned)) return {};
  return Object.fromEntries(
    Object.entries(learned).flatMap(([name, end]) => {
      const start = valueIn(config, name);
      return typeof start === 'number' && typeof end === 'number' ? [[name, { start, end }]] : [];
    }),
  );
}

/** The best trial that tuned while it trained and has a copy of itself that did not; undefined without any. */
export function findUntunedCopy(trials: readonly ReportedTrial[], direction: Direction): UntunedCopy | undefined {
  const complete = trials.filter(isComplete);
  const copies = new Map(complete.filter(isIn('off')).map(trial => [withoutMode(trial), trial.trial]));
  const [best] = complete
    .filter(trial => isIn('online')(trial) && copies.has(withoutMode(trial)))
    .toSorted((a, b) => lossOf(a.value!, direction) - lossOf(b.value!, direction));
  return best && { trial: best.trial, copy: copies.get(withoutMode(best))! };
}

function isIn(mode: HypergradientMode) {
  return ({ hypergradient }: ReportedTrial): boolean => hypergradient === mode;
}

function withoutMode({ config }: ReportedTrial): string {
  const { [hypergradientName]: _, ...others } = config;
  return canonical(others);
}
