/**
 * Lets another pruner act only on trials that have not improved for some steps: fewer trials are stopped whose curves are
 * slow or noisy. Optuna's PatientPruner.
 */
import { z } from 'zod';
import { count } from './intervals.ts';
import { pruner } from './pruner.ts';
import { prunerKnob } from './pruner-knob.ts';

export const patient = pruner({
  name: 'patient',
  summary: 'another pruner, for trials that have ceased to improve',
  knobs: z.strictObject({
    pruner: prunerKnob()
      .prefault('median' as never)
      .describe('the pruner that decides then'),
    patience: count(0).default(3).describe('steps without a better value before that'),
    minDelta: z.number().min(0).default(0).describe('smallest change that counts as better'),
  }),
  create({ pruner: { technique, knobs }, patience, minDelta }, direction) {
    const inner = technique.create(knobs, direction);
    return {
      judge(trial, history) {
        const values = trial.curve.map(({ value }) => value);
        const [before, after] = [values.slice(0, -patience - 1), values.slice(-patience - 1)].map(best);
        return before! + minDelta < after! ? inner.judge(trial, history) : 'continue';
      },
    };
  },
});

/** NaN when there is none. */
function best(values: readonly number[]): number {
  const numbers = values.filter(value => !Number.isNaN(value));
  return numbers.length === 0 ? NaN : numbers.reduce((a, b) => Math.min(a, b));
}
