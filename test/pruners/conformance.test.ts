/** What every pruner promises. A new one is tested once it is in the map. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pruners } from '../../src/pruners/index.ts';
import type { PrunerTechnique } from '../../src/pruners/pruner.ts';
import type { Pruner } from '../../src/study/ports.ts';
import type { Measurement, Trial, TrialState } from '../../src/study/trial.ts';

const losses = fc.oneof({ weight: 9, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) }, fc.double());

/** Steps grow, not always by one. */
const curves: fc.Arbitrary<readonly Measurement[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), losses), { minLength: 1, maxLength: 12 })
  .map(points => {
    let step = 0;
    return points.map(([gap, value]) => ({ step: (step += gap), value }));
  });
const states = fc.constantFrom<TrialState>('complete', 'complete', 'complete', 'running', 'paused', 'pruned', 'failed');

/** A trial that may go on and the study around it, itself included. */
const situations: fc.Arbitrary<readonly [Trial, readonly Trial[]]> = fc
  .tuple(
    curves,
    fc.array(fc.tuple(states, fc.oneof(curves, fc.constant([]))), { maxLength: 12 }),
    fc.constantFrom<TrialState>('running', 'running', 'paused'),
  )
  .map(([curve, others, state]) => {
    const history = others.map(([state, curve], id): Trial => ({
      id,
      state,
      attempt: 1,
      config: {},
      curve,
      startedAt: '',
    }));
    const trial: Trial = { id: history.length, state, attempt: 1, config: {}, curve, startedAt: '' };
    return [trial, [...history, trial]];
  });

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** For those that cannot do without, and for other forms. */
const given: Readonly<Record<string, object>> = {
  'asha that promotes': { type: 'promotion', reductionFactor: 2 },
  any: { pruners: ['median', { patient: { pruner: 'asha', patience: 1 } }] },
  threshold: { upper: 20 },
};

/** Not those that ask for a trend (a better start is a worse one), nor those with a lower bound. */
const monotone = new Set(['asha', 'asha that promotes', 'hyperband', 'median', 'none', 'percentile', 'threshold']);

const techniques: readonly (readonly [string, PrunerTechnique])[] = [
  ...Object.entries(pruners),
  ['asha that promotes', pruners.asha],
];

describe.each(techniques)('%s', (name, technique) => {
  const create = (): Pruner => technique.create(technique.knobs.parse(given[name] ?? {}));

  test('has its own name, and no unknown knobs', () => {
    expect(technique.name).toBe(name.split(' ')[0]);
    expect(technique.knobs.safeParse({ unknown: 1 }).success).toBe(false);
  });

  test('has one of three words for any trial, whatever was measured', () => {
    fc.assert(
      fc.property(situations, ([trial, history]) => {
        expect(['continue', 'stop', 'pause']).toContain(create().judge(trial, history));
      }),
    );
  });

  test('is pure: the same trials get the same word, also from a fresh one, and stay as they were', () => {
    fc.assert(
      fc.property(fc.array(situations, { minLength: 1, maxLength: 4 }), several => {
        const pruner = create();
        const judge = (judging: () => Pruner): string[] =>
          frozen(several).map(([trial, history]) => judging().judge(trial, history));
        const words = judge(() => pruner);
        expect(judge(() => pruner)).toEqual(words);
        expect(judge(create)).toEqual(words);
      }),
    );
  });

  test('the first trial of a study runs to its end', () => {
    const finite = curves.map(curve =>
      curve.map(({ step, value }) => ({ step, value: Math.abs(value) <= 10 ? value : 0 })),
    );
    fc.assert(
      fc.property(finite, curve => {
        const trial: Trial = { id: 0, state: 'running', attempt: 1, config: {}, curve, startedAt: '' };
        expect(create().judge(trial, [trial])).toBe('continue');
      }),
    );
  });

  test('composed with "none" it says the same, alone or in a list', () => {
    const one = given[name] ? { [technique.name]: given[name] } : name;
    const list = pruners.any.create(pruners.any.knobs.parse({ pruners: ['none', one] }));
    fc.assert(
      fc.property(situations, ([trial, history]) => {
        expect(list.judge(trial, history)).toBe(create().judge(trial, history));
      }),
    );
  });

  test('a patient one never stops what it would not', () => {
    const one = given[name] ? { [technique.name]: given[name] } : name;
    const patient = pruners.patient.create(pruners.patient.knobs.parse({ pruner: one, patience: 1 }));
    fc.assert(
      fc.property(situations, ([trial, history]) => {
        fc.pre(create().judge(trial, history) === 'continue');
        expect(patient.judge(trial, history)).toBe('continue');
      }),
    );
  });
});

describe.each(techniques.filter(([name]) => name !== 'none'))('%s, which reads values,', (name, technique) => {
  test('decides by a metric of another name as it would by the value', () => {
    const named = ({ curve, ...rest }: Trial): Trial => ({
      ...rest,
      curve: curve.map(({ step, value }) => ({ step, value: 0, metrics: { other: value } })),
    });
    const reading = technique.create(technique.knobs.parse({ ...given[name], metric: 'other' }));
    const plain = technique.create(technique.knobs.parse(given[name] ?? {}));
    fc.assert(
      fc.property(situations, ([trial, history]) => {
        expect(reading.judge(named(trial), history.map(named))).toBe(plain.judge(trial, history));
      }),
    );
  });
});

describe.each(techniques.filter(([name]) => monotone.has(name)))('%s, which is monotone,', (name, technique) => {
  test('lets a trial that is better at every step go on where the worse one does', () => {
    const pruner = technique.create(technique.knobs.parse(given[name] ?? {}));
    const margins = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(situations, margins, ([trial, history], margins) => {
        fc.pre(pruner.judge(trial, history) === 'continue');
        const curve = trial.curve.map(({ step, value }, index) => ({ step, value: value - margins[index]! }));
        const better = { ...trial, curve };
        const others = history.map(other => (other.id === trial.id ? better : other));
        expect(pruner.judge(better, others)).toBe('continue');
      }),
    );
  });
});
