/**
 * Ablation path: what a good configuration owes to each of its values. From one configuration to another, at each step the
 * parameter changes that lowers the predicted loss most, until none does. Fawcett & Hoos 2016,
 * https://doi.org/10.1007/s10732-014-9275-9; on a model of the loss: Biedenkapp et al. 2017,
 * https://doi.org/10.1609/aaai.v31i1.10657. Parameters that a change makes active come with it.
 */
import { completeConfig } from '../../space/complete-config.ts';
import { equalJson } from '../../space/json.ts';
import type { Config, Json, Space } from '../../space/space.ts';
import type { Prediction } from './importance.ts';

export interface AblationStep extends Prediction {
  readonly parameter: string;
  readonly from?: Json;
  readonly to?: Json;
}

export interface AblationPath {
  readonly start: Prediction;
  readonly steps: readonly AblationStep[];
}

/** @param predict the predicted loss */
export function ablationPath(
  space: Space,
  from: Config,
  to: Config,
  predict: (config: Config) => Prediction,
): AblationPath {
  const start = predict(from);
  const steps: AblationStep[] = [];
  let current = from;
  let last = start;
  for (;;) {
    const candidates = space.params
      .filter(({ name }) => Object.hasOwn(current, name) && Object.hasOwn(to, name))
      .filter(({ name }) => !equalJson(current[name]!, to[name]!))
      .map(({ name }) => {
        const config = withValue(space, current, to, name);
        return { name, config, prediction: predict(config) };
      });
    const [next] = candidates.toSorted((a, b) => a.prediction.value - b.prediction.value);
    if (!next || next.prediction.value >= last.value) return { start, steps };
    steps.push({ parameter: next.name, from: current[next.name]!, to: to[next.name]!, ...next.prediction });
    current = next.config;
    last = next.prediction;
  }
}

/** The configuration with one value of the other; what it did not have before is as in the other one, or at its default. */
function withValue(space: Space, config: Config, other: Config, changed: string): Config {
  return completeConfig(space, ({ name, default: standard }) => {
    const sources = name === changed ? [other] : [config, other];
    const found = sources.find(each => Object.hasOwn(each, name));
    return found ? found[name]! : standard;
  });
}
