/** What to change in the space file, and why: one rule, one file. */
import type { Json } from '../../space/space.ts';
import type { Trial } from '../../study/trial.ts';
import type { Report } from '../report.ts';
import { atTheBound } from './at-the-bound.ts';
import { deadParameter } from './dead-parameter.ts';
import { diverges } from './diverges.ts';
import { notWorthMore } from './not-worth-more.ts';
import { overLong } from './over-long.ts';
import { overfits } from './overfits.ts';
import { plateau } from './plateau.ts';
import { pruningUnsafe } from './pruning-unsafe.ts';
import { tooWide } from './too-wide.ts';
import { unfinished } from './unfinished.ts';

export type RuleName =
  | 'at-the-bound'
  | 'too-wide'
  | 'dead-parameter'
  | 'plateau'
  | 'overfits'
  | 'unfinished'
  | 'over-long'
  | 'diverges'
  | 'pruning-unsafe'
  | 'not-worth-more';

export interface Advice {
  readonly rule: RuleName;
  /** One plain sentence: what is so, and what to do. "The best lr 0.098 touches its bound 0.1: extend it to 1." */
  readonly text: string;
  /** The parameters that it is about. */
  readonly parameters: readonly string[];
  /** The numbers that made the rule fire, by name. */
  readonly evidence: Readonly<Record<string, number>>;
  /** For the space file; empty where the rule knows no change that is sure to be right. */
  readonly patch: readonly PatchOperation[];
  readonly confidence: 'high' | 'medium' | 'low';
  /** What the change would have saved, where that is its point. */
  readonly savedSeconds?: number;
}

/** JSON Patch, RFC 6902; paths are JSON Pointers into the space file. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export interface AdviceInput {
  /** All of it but the advice. */
  readonly report: Report;
  /** Trials of the search, by id, with their curves. */
  readonly trials: readonly Trial[];
  /** Absent for spaces from code: patches are then for a file in our own form. */
  readonly file?: AdvisedFile;
}

/** What advice goes by in a space file. */
export interface AdvisedFile {
  /** What it says, as it is written. */
  readonly written: Readonly<Record<string, Json>>;
  /** By parameter: what it decides. */
  readonly knobs: Readonly<Record<string, Knob>>;
  /** Epochs of a trial at most, where no parameter decides that. */
  readonly epochs?: number;
}

export interface Knob {
  /** "learningRate"; of a technique with a single knob its name too: "rate" and "dropout". */
  readonly names: readonly string[];
  /** Least and greatest value that it takes, whatever the range of the parameter. */
  readonly least?: number;
  readonly most?: number;
}

/** Finds one thing to advise, or one for each of several parameters; nothing else. */
export type Rule = (input: AdviceInput) => readonly Advice[];

/** What ruins trials comes first, then what could make the best one better, then what saves time. */
export const rules: Readonly<Record<RuleName, Rule>> = {
  diverges,
  plateau,
  overfits,
  'at-the-bound': atTheBound,
  unfinished,
  'pruning-unsafe': pruningUnsafe,
  'too-wide': tooWide,
  'over-long': overLong,
  'dead-parameter': deadParameter,
  'not-worth-more': notWorthMore,
};

const confidences: readonly Advice['confidence'][] = ['high', 'medium', 'low'];

/** Pure. What may be why tonight is worse than last night comes first, then the most valuable. */
export function adviceOf(input: AdviceInput): readonly Advice[] {
  const found = Object.values(rules).flatMap(rule => rule(input));
  const ordered = confidences.flatMap(confidence => found.filter(advice => advice.confidence === confidence));
  const suspects = suspectsIn(input.report);
  const suspectsOf = ({ parameters }: Advice): readonly string[] => parameters.filter(name => suspects.has(name));
  const suspected = ordered.filter(advice => suspectsOf(advice).length > 0);
  return [
    ...suspected.map(advice => ({ ...advice, text: `${advice.text} ${suspicionOf(suspectsOf(advice))}` })),
    ...ordered.filter(advice => !suspected.includes(advice)),
  ];
}

function suspicionOf(names: readonly string[]): string {
  return `Last night, which was better, ${names.join(' and ')} had another range.`;
}

/** Parameters whose range is not as it was, where tonight is worse. */
function suspectsIn({ comparison, study }: Report): ReadonlySet<string> {
  if (comparison?.verdict.outcome !== 'regressed') return new Set();
  const changed = comparison.changes.map(({ what }) => what);
  const names = study.space.params.map(({ name }) => name);
  return new Set(names.filter(name => changed.some(what => what.startsWith(`space: ${name}.`))));
}
