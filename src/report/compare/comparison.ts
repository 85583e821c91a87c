/** Tonight against last night: which is better, how sure that is, and what else is different. */
import type { Json } from '../../space/space.ts';
import type { ShiftTest } from '../../stats/seeded-shift.ts';
import type { Shift } from '../../stats/shift.ts';
import type { Report } from '../report.ts';
import { anytimeOf } from './anytime.ts';
import { changesOf } from './changes.ts';
import { configChangesOf } from './config-changes.ts';
import { verdictOf } from './verdict.ts';

export type Outcome =
  | 'regressed'
  | 'improved'
  /** No difference was found. */
  | 'no-change'
  /** There is one, too small to matter. */
  | 'within-noise'
  | 'not-enough-data'
  /** What was measured is not the same thing: other data, another metric. */
  | 'not-comparable';

/**
 * How far the losses of one sample lie above those of another: positive is worse, whichever way the metric goes. The
 * estimate is that of Hodges & Lehmann, the interval holds the shift with 95 % and the p is two-sided, all exact.
 */
export type { Shift };

export interface Verdict {
  readonly outcome: Outcome;
  /** The whole of it in one plain sentence: the first line of every report. */
  readonly sentence: string;
  /** Values of the metric: fresh trainings of last night's best configuration, as last night had them. */
  readonly before: readonly number[];
  /** Those of tonight's best configuration. */
  readonly after: readonly number[];
  /** Whether the n-th trainings of both nights had the same seed. */
  readonly isPaired: boolean;
  /** From before to after; absent where there are too few values. */
  readonly shift?: Shift;
  /** The test that decided. */
  readonly test?: ShiftTest;
  /** p after Holm's correction, where several studies were judged together. */
  readonly adjustedP?: number;
  /** Chance that a training of tonight's best comes out better than one of last night's: A12. */
  readonly winChance?: number;
  /** A shift that is smaller does not matter. In units of the metric. */
  readonly noise: number;
  /** The smallest shift that would have been found in four of five nights. */
  readonly detectable?: number;
}

/** Something about the study or its surroundings that is not as it was. */
export interface Change {
  /** "tfjs-tune", "Node", "data", "space: lr.high", "budget: trials" */
  readonly what: string;
  readonly before?: Json;
  readonly after?: Json;
  /** Whether values of before and after do not measure the same thing. */
  readonly isIncomparable: boolean;
}

export interface ConfigChange {
  readonly parameter: string;
  readonly before?: Json;
  readonly after?: Json;
  /** "x 0.3", "+12", "changed"; empty where it is the same. */
  readonly change: string;
}

export interface Comparison {
  readonly previous: {
    readonly study: string;
    readonly startedAt: string;
    readonly best?: { readonly trial: number; readonly value: number };
  };
  readonly verdict: Verdict;
  /**
   * Why: last night's best was trained again tonight. `setting` is from last night's trainings of it to tonight's (code,
   * data, fixed settings, machine), `search` from those to tonight's best configuration.
   */
  readonly parts?: { readonly again: readonly number[]; readonly setting: Shift; readonly search: Shift };
  /**
   * The area under the best value so far, as its mean over the first `trials` complete trials of each search: a plain
   * figure without a judgement.
   */
  readonly anytime?: { readonly trials: number; readonly before: number; readonly after: number };
  readonly changes: readonly Change[];
  /** From last night's best configuration to tonight's, changed parameters first. */
  readonly config: readonly ConfigChange[];
}

/** Share of the value of last night's best below which a shift does not matter: that of criterion.rs. */
export const defaultNoise = 0.01;

export interface CompareOptions {
  /** Judge even where the values do not measure the same thing. Default: false. */
  readonly force?: boolean;
  /** As a share of the value of last night's best. Default: 0.01. */
  readonly noise?: number;
}

/** Pure: the reports alone. */
export function compareReports(current: Report, previous: Report, options: CompareOptions = {}): Comparison {
  const { force = false, noise = defaultNoise } = options;
  const changes = changesOf(current, previous);
  const differing = force ? [] : changes.filter(({ isIncomparable }) => isIncomparable);
  const anytime = differing.length === 0 ? anytimeOf(current, previous) : undefined;
  const { best, study, run } = previous;
  return {
    previous: {
      study: study.name,
      startedAt: run.startedAt,
      ...(best && { best: { trial: best.trial, value: best.value! } }),
    },
    ...verdictOf(current, previous, differing, noise),
    ...(anytime && { anytime }),
    changes,
    config: configChangesOf(current, previous),
  };
}
