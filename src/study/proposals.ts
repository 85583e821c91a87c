/** What a study has its sampler propose, and what it makes of configurations that are not whole. */
import { defaultConfig } from '../space/default-config.ts';
import { possiblePart } from '../space/check-given.ts';
import type { Config, Space } from '../space/space.ts';
import { hasEnded } from './count-finished.ts';
import { fillUp } from './fill-up.ts';
import { asRunning } from './history.ts';
import { flawOf } from './legal.ts';
import type { Sampler } from './ports.ts';
import { createRng } from './rng.ts';
import { isWithin } from './space-versions.ts';
import type { Trial } from './trial.ts';

export interface ProposalOptions {
  readonly space: Space;
  /** Of the space. */
  readonly version: number;
  readonly sampler: Sampler;
  readonly seed: number;
  readonly planned: number | undefined;
  /** What a trial may know of others; values are losses. */
  readonly pastOf: (trial: number) => readonly Trial[];
}

export interface Proposals {
  /** The defaults, then what the sampler says; undefined when the space is exhausted. */
  of(trial: number): Config | undefined;
  /** The configuration itself when it is whole; what is possible of it otherwise, with the sampler's choice for the rest. */
  completed(trial: Pick<Trial, 'id' | 'config'>): Config | undefined;
  /** The same as `of`, while the trials that it should know still run; undefined also when the sampler fails. */
  ahead(trial: number): Prepared | undefined;
}

/** What was proposed ahead, and from which history. */
export interface Prepared {
  readonly trial: number;
  readonly config: Config;
  readonly history: readonly Trial[];
}

export function createProposals({ space, version, sampler, seed, planned, pastOf }: ProposalOptions): Proposals {
  /** Samplers know no configurations but those of the space as it is now. */
  const historyFor = (trial: number): readonly Trial[] => {
    const past = pastOf(trial);
    return version === 1 ? past : past.filter(({ config }) => isWithin(space, config));
  };
  const suggest = (trial: number, history: readonly Trial[]): Config | undefined => {
    const rng = createRng(seed, 'sampler', trial);
    const config = sampler.suggest({ space, history, trial, seed, rng, ...(planned !== undefined && { planned }) });
    const flaw = config && flawOf(space, config);
    if (flaw !== undefined) throw new Error(`the sampler proposed an illegal configuration: ${flaw}`);
    return config;
  };
  const propose = (trial: number): Config | undefined =>
    trial === 0 ? defaultConfig(space) : suggest(trial, historyFor(trial));
  return {
    of: propose,
    completed({ id, config }) {
      if (flawOf(space, config) === undefined) return config;
      const proposed = propose(id);
      const filled = fillUp(space, possiblePart(space, config), proposed ?? {}, createRng(seed, 'enqueued', id));
      return filled ?? proposed;
    },
    ahead(trial) {
      const history = historyFor(trial).map(each => (hasEnded(each) ? each : asRunning(each)));
      try {
        const config = suggest(trial, history);
        return config && { trial, config, history };
      } catch {
        // The ask that needs the proposal will throw it.
        return undefined;
      }
    },
  };
}
