/** What to change in the space file, and why: one rule, one file. */
import type { Json } from '../../space/space.ts';
import type { Trial } from '../../study/trial.ts';
import type { Report } from '../report.ts';

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
}

/** Pure. The most valuable first. */
export function adviceOf(_input: AdviceInput): readonly Advice[] {
  return [];
}
