/** The way of tuned values through one training: where they are, where they were at which step, how often it went wrong. */
import { z } from 'zod';
import type { Program } from '../program.ts';
import { estimatorOf } from './cost.ts';
import type { Learned, LearnedSchedule, Tuning } from './tuning.ts';
import { createWalk, savedWalk, valuesOf, type Walk } from './walk.ts';

export interface Trail {
  readonly tuning: Tuning;
  readonly estimator: Learned['estimator'];
  readonly phi: Walk['phi'];
  /** Steps that count: those of a stretch that went wrong do not. */
  readonly step: number;
  /** Notes steps that went well. */
  advance(steps: number): void;
  follow(gradient: readonly number[]): void;
  /** Back to an earlier step and what the coordinates were there, for the n-th time in a row. */
  retreat(to: { readonly step: number; readonly phi: Walk['phi'] }, attempts: number): void;
  /** Starts with a share of the learning rate. */
  cool(share: number): void;
  /** Notes that the weights of this step are those to keep. */
  remember(hypergradient?: readonly number[]): void;
  learned(): Learned;
  /** All that it goes on from. */
  saved(): SavedTrail;
}

export interface Length {
  /** Steps of the training at most. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

const values = z.record(z.string(), z.number());
type Values = z.infer<typeof values>;

export const savedTrail = z.object({
  walk: savedWalk,
  passed: z.array(z.object({ step: z.int(), values })).min(1),
  step: z.int(),
  rollbacks: z.int(),
  kept: z.object({ values, hypergradient: z.array(z.number()).optional() }).optional(),
});
export type SavedTrail = z.infer<typeof savedTrail>;

/** @param from where it goes on; default: from the start */
export function createTrail(
  tuning: Tuning,
  { hyper, optimizer }: Program,
  { steps, stepsPerEpoch }: Length,
  from?: SavedTrail,
): Trail {
  const { parameters, knobs } = tuning;
  const { every, travel } = knobs;
  const start = parameters.map(parameter => hyper[parameter.hyper[0]!]!);
  const walk = createWalk(parameters, start, Math.max(1, Math.floor(steps / every)), travel, from?.walk);
  const passed = [...(from?.passed ?? [])];
  let { step, rollbacks } = from ?? { step: 0, rollbacks: 0 };
  let kept = from?.kept;
  const note = (): void => {
    // What came later has been undone.
    while ((passed.at(-1)?.step ?? -1) >= step) passed.pop();
    passed.push({ step, values: valuesOf(parameters, walk) });
  };
  if (!from) note();
  const byName = (numbers: readonly number[]): Values =>
    Object.fromEntries(parameters.map(({ name }, index) => [name, numbers[index]!]));
  return {
    tuning,
    estimator: estimatorOf(tuning, { optimizer: optimizer.technique.name, steps }),
    get phi() {
      return walk.phi;
    },
    get step() {
      return step;
    },
    advance(steps) {
      step += steps;
    },
    follow(gradient) {
      walk.follow(gradient);
      note();
    },
    retreat(to, attempts) {
      rollbacks += 1;
      ({ step } = to);
      walk.retreat(to.phi, attempts);
      note();
    },
    cool(share) {
      walk.cool(share);
      note();
    },
    remember(hypergradient) {
      kept = { values: valuesOf(parameters, walk), ...(hypergradient && { hypergradient: [...hypergradient] }) };
    },
    saved: () => ({ walk: walk.saved(), passed: [...passed], step, rollbacks, ...(kept && { kept }) }),
    learned() {
      const { values, hypergradient } = kept ?? { values: valuesOf(parameters, walk) };
      return {
        estimator: this.estimator,
        schedule: { every, stepsPerEpoch, values: onGrid(passed, every, step) },
        values,
        ...(hypergradient && { hypergradient: byName(hypergradient) }),
        rollbacks,
      };
    },
  };
}

/** Values in equal distances: those that held when a stretch of steps began. */
function onGrid(
  passed: readonly { readonly step: number; readonly values: Values }[],
  every: number,
  steps: number,
): LearnedSchedule['values'] {
  const starts = Array.from({ length: Math.max(1, Math.ceil(steps / every)) }, (_, index) => index * every);
  const held = starts.map(start => passed.findLast(({ step }) => step <= start)!.values);
  return Object.fromEntries(Object.keys(passed[0]!.values).map(name => [name, held.map(values => values[name]!)]));
}
