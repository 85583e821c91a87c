/** Rules of advice on synthetic studies, 20 with the cause and 20 without for each: 95 % found, 5 % false at most. */
import { describe, expect, it } from 'vitest';
import { rules, type Advice, type AdviceInput, type RuleName } from '../../src/report/advice/advice.ts';
import { applyPatch } from '../../src/report/advice/json-patch.ts';
import { topTrials } from '../../src/report/advice/top.ts';
import { readSpace } from '../../src/space/read-space.ts';
import { toUnit } from '../../src/space/scale.ts';
import type { Config } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import { createStudy } from '../../src/tune/create-study.ts';
import {
  between,
  curveOf,
  fall,
  importanceBy,
  space,
  studyOf,
  usualImportance,
  valley,
  written,
  type StudyPlan,
} from './advised-studies.ts';

interface Case {
  /** The parameter or the place that the advice must name. */
  readonly names: string;
  with(seed: number): AdviceInput;
  without(seed: number): AdviceInput;
}

const plan = (seed: number, outcome: StudyPlan['outcome'], more: Partial<StudyPlan> = {}): AdviceInput =>
  studyOf({ seed, importance: usualImportance, outcome, ...more });

/** A loss by the valley, and a curve that comes down to it. */
const withCurves =
  (
    make: (loss: number, rng: ReturnType<typeof createRng>) => ReturnType<typeof curveOf>,
    at = 0.5,
  ): StudyPlan['outcome'] =>
  (units, rng) => {
    const { loss } = valley(at)(units, rng);
    return { loss, curve: make(loss, rng) };
  };

const healthy = withCurves((loss, rng) => {
  const gap = between(rng, 1.02, 1.15);
  return curveOf(40, 0.01, rng, e => [fall(e, (0.6 * loss) / gap, 3), fall(e, 0.6 * loss, 3)]);
});

const cases: Readonly<Record<RuleName, Case>> = {
  'at-the-bound': {
    names: 'lr',
    with: seed => plan(seed, valley(between(createRng(seed, 'at'), 1, 1.3)), { count: 100 }),
    without: seed => plan(seed, valley(between(createRng(seed, 'at'), 0.3, 0.7)), { count: 100 }),
  },
  'too-wide': {
    names: 'lr',
    with: seed => plan(seed, valley(between(createRng(seed, 'at'), 0.3, 0.7)), { count: 150 }),
    // A wide floor, with walls about it.
    without: seed =>
      plan(seed, ({ lr = 0 }, rng) => ({ loss: 0.3 + Math.max(0, Math.abs(lr - 0.5) - 0.4) + 0.02 * rng.normal() }), {
        count: 150,
      }),
  },
  'dead-parameter': {
    names: 'batchSize',
    with: seed =>
      plan(seed, valley(0.5), { importance: importanceBy({ lr: 0.7, units: 0.24, dropout: 0.055, batchSize: 0.005 }) }),
    without: seed => plan(seed, valley(0.5)),
  },
  plateau: {
    names: 'units',
    with: seed =>
      plan(seed, ({ lr = 0, units = 0 }, rng) => {
        const floor = 0.9 - 0.35 * units + 0.1 * (lr - 0.5) ** 2;
        return { loss: floor, curve: curveOf(40, 0.004, rng, e => [fall(e, floor, 4), 1.03 * fall(e, floor, 4)]) };
      }),
    without: seed => plan(seed, healthy),
  },
  overfits: {
    names: 'dropout',
    with: seed =>
      plan(
        seed,
        withCurves((loss, rng) => {
          const rise = between(rng, 0.3, 1);
          return curveOf(40, 0.02, rng, e => [fall(e, 0.02, 5), fall(e, 0.6 * loss, 4) + (rise * e) / 40]);
        }),
      ),
    without: seed => plan(seed, healthy),
  },
  unfinished: {
    names: '/train/epochs',
    with: seed =>
      plan(
        seed,
        withCurves((loss, rng) =>
          curveOf(40, 0.002, rng, e => [fall(e, 0.5 * loss, 40), 1.05 * fall(e, 0.5 * loss, 40)]),
        ),
      ),
    without: seed => plan(seed, healthy),
  },
  'over-long': {
    names: '/train/epochs',
    with: seed =>
      plan(
        seed,
        withCurves((loss, rng) => curveOf(40, 0.01, rng, e => [fall(e, 0.3 * loss, 1.5), fall(e, loss, 1) + 0.01 * e])),
      ),
    without: seed => plan(seed, healthy),
  },
  diverges: {
    names: 'lr',
    with: seed =>
      plan(seed, (units, rng) => ({ ...valley(0.4)(units, rng), isDiverged: units['lr']! + 0.1 * rng.normal() > 0.7 })),
    // As many fail, whatever the rate.
    without: seed => plan(seed, (units, rng) => ({ ...valley(0.4)(units, rng), isDiverged: rng.uniform() < 0.3 })),
  },
  'pruning-unsafe': {
    names: '/search/pruner',
    with: seed => plan(seed, valley(0.5), { importance: { rungs: rungsFor(seed, 0.1) } }),
    without: seed => plan(seed, valley(0.5), { importance: { rungs: rungsFor(seed, 0.8) } }),
  },
  'not-worth-more': {
    names: '/budget/converged',
    // The floor of the valley has been found, and its noise is larger than what is left.
    with: seed => plan(seed, valley(0.5, 0.5), { count: 60, isSettled: true }),
    // Steep towards a corner that nobody came to yet.
    without: seed =>
      plan(
        seed,
        ({ lr = 0, units = 0, dropout = 0 }, rng) => ({ loss: 3 - lr - units - dropout + 0.001 * rng.normal() }),
        { count: 40 },
      ),
  },
};

/** Correlations about a value at three rungs. */
function rungsFor(seed: number, first: number) {
  const rng = createRng(seed, 'rungs');
  return [4, 8, 16].map((step, index) => {
    const correlation = Math.min(0.95, first + 0.3 * index + between(rng, -0.15, 0.15));
    return { step, correlation, trials: 30 };
  });
}

const seeds = Array.from({ length: 20 }, (_, index) => 100 + index);

describe.each(Object.entries(cases))('%s', (rule, { names, ...studies }) => {
  const found = (input: AdviceInput): readonly Advice[] => rules[rule as RuleName](input);

  it('is found in 19 of 20 studies with the cause', () => {
    const isNamed = ({ parameters, patch }: Advice): boolean =>
      (parameters.includes(names) && patch.length > 0) || patch.some(({ path }) => path.startsWith(names));
    const named = seeds.filter(seed => found(studies.with(seed)).some(isNamed));
    expect(named.length).toBeGreaterThanOrEqual(19);
  });

  it('is not seen in 19 of 20 without', () => {
    expect(seeds.filter(seed => found(studies.without(seed)).length > 0).length).toBeLessThanOrEqual(1);
  });
});

describe('the patch of "at the bound"', () => {
  it('has the planted optimum found within 50 trials in 18 of 20 studies', async () => {
    const found = await Promise.all(
      seeds.map(async seed => {
        const at = between(createRng(seed, 'optimum'), 1.05, 1.3);
        const input = plan(seed, valley(at), { count: 80 });
        const [advice] = rules['at-the-bound'](input);
        const patchedFile = applyPatch(written, advice?.patch ?? []) as typeof written;
        const wider = readSpace(patchedFile.space, []).space!;
        const study = await createStudy({ space: wider, seed, sampler: 'tpe', planned: 50 });
        // As the copy begins.
        for (const { config } of topTrials(input).slice(0, 3)) await study.enqueue(config);
        const outcome = valley(at);
        for (let n = 0; n < 50; n++) {
          const { id, config } = (await study.ask())!;
          const units = Object.fromEntries(space.params.map(param => [param.name, unitOf(param.name, config)]));
          await study.tell(id, outcome(units, createRng(seed, 'told', id)).loss);
        }
        return Math.abs(unitOf('lr', study.best()!.config) - at) < 0.1;
      }),
    );
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(18);
  });
});

/** On the scale of the space before, beyond its bounds too. */
function unitOf(name: string, config: Config): number {
  const param = space.params.find(param => param.name === name)!;
  if (name !== 'lr') return toUnit(param, config[name]!);
  return Math.log((config[name] as number) / 1e-4) / Math.log(0.1 / 1e-4);
}
