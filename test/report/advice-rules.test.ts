/** What rules say and propose in studies whose numbers are known. */
import { describe, expect, test } from 'vitest';
import { adviceOf, rules, type Advice, type AdviceInput, type RuleName } from '../../src/report/advice/advice.ts';
import { binomialTail } from '../../src/report/advice/at-the-bound.ts';
import { paramsOf } from '../../src/report/advice/knobs.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Json } from '../../src/space/space.ts';
import { curveOf, fall, file, importanceBy, studyOf, usualImportance, valley, written } from './advised-studies.ts';
import { input as usual } from './study.ts';

/** Valleys, unless it says otherwise; with the file changed. */
function study(change: Partial<Parameters<typeof studyOf>[0]> = {}, sections: Readonly<Record<string, Json>> = {}) {
  const input = studyOf({ seed: 3, importance: usualImportance, outcome: valley(1.1), ...change });
  return { ...input, file: { ...file, written: { ...written, ...sections } } } satisfies AdviceInput;
}

const only = (rule: RuleName, input: AdviceInput): Advice => rules[rule](input)[0]!;

describe('at the bound', () => {
  test('wants a parameter that matters', () => {
    const unimportant = importanceBy({ lr: 0.04, units: 0.9, dropout: 0.03, batchSize: 0.03 });
    expect(rules['at-the-bound'](study({ count: 100 }))).toHaveLength(1);
    expect(rules['at-the-bound'](study({ count: 100, importance: unimportant }))).toEqual([]);
  });

  test('sees it in a dozen trials, before importance is known', () => {
    const { report, trials, ...few } = study({ count: 12 });
    const { importance: _, ...unknown } = report;
    const crowded = trials.map(trial =>
      trial.id % 3 === 0 ? { ...trial, value: 0.01 * (trial.id + 1), config: { ...trial.config, lr: 0.098 } } : trial,
    );
    expect(only('at-the-bound', { ...few, trials: crowded, report: unknown }).patch).toEqual([
      { op: 'replace', path: '/space/lr/high', value: 1 },
    ]);
  });

  test('goes by losses, whatever the direction', () => {
    const { report, trials, ...rest } = study({ count: 100 });
    const negated = trials.map(trial => ({ ...trial, value: -trial.value! }));
    const maximized = {
      ...report,
      study: { ...report.study, metric: { name: 'valAccuracy', goal: 'maximize' as const } },
    };
    expect(only('at-the-bound', { ...rest, trials: negated, report: maximized })).toEqual(
      only('at-the-bound', study({ count: 100 })),
    );
  });

  test('says nothing where the bound is the limit', () => {
    const input = study({ count: 100 });
    const limited = { ...input.file, knobs: { ...file.knobs, lr: { names: ['learningRate'], most: 0.1 } } };
    expect(rules['at-the-bound']({ ...input, file: limited })).toEqual([]);
  });

  // scipy.stats.binom.sf(k - 1, n, p)
  test.each([
    [3, 10, 0.05, 0.011_503_557_4],
    [2, 4, 0.05, 0.014_018_75],
    [5, 10, 0.15, 0.009_874_091_0],
  ])('%i of %i at %f by chance', (hits, tries, chance, p) => {
    expect(binomialTail(hits, tries, chance)).toBeCloseTo(p, 8);
  });
});

test('a range that is too wide becomes that of the best trials, and saves what lay outside', () => {
  const input = study({ count: 150, outcome: valley(0.5, 0.01) });
  const { patch, savedSeconds, evidence } = only('too-wide', input);
  expect(patch.map(({ path }) => path)).toEqual(['/space/lr/low', '/space/lr/high']);
  const [low, high] = patch.map(operation => (operation.op === 'remove' ? NaN : Number(operation.value))) as [
    number,
    number,
  ];
  // The floor is at 10^-2.5.
  expect(low).toBeLessThan(0.003_16);
  expect(high).toBeGreaterThan(0.003_16);
  expect(high / low).toBeLessThan(10 ** (3 / 4) * 1.3);
  const outside = input.trials.filter(({ config }) => Number(config['lr']) < low || Number(config['lr']) > high).length;
  expect(evidence['outside']).toBe(outside);
  expect(savedSeconds).toBe(10 * outside);
});

test('what diverges gets the range below, and never loses the best trial', () => {
  const input = study({
    outcome: ({ lr = 0, ...units }, rng) => ({ ...valley(0.6)({ lr, ...units }, rng), isDiverged: lr > 0.7 }),
  });
  const { patch, evidence } = only('diverges', input);
  expect(patch).toHaveLength(1);
  const [{ path, value } = { path: '', value: 0 }] = patch as readonly { path: string; value: number }[];
  expect(path).toBe('/space/lr/high');
  expect(value).toBeGreaterThanOrEqual(Number(input.report.best!.config['lr']));
  expect(value).toBeLessThan(10 ** (-4 + 3 * 0.8));
  expect(evidence['share']).toBeCloseTo(0.3, 1);
});

describe('the first step of pruning is raised', () => {
  const rungs = [
    { step: 3, correlation: 0.1, trials: 30 },
    { step: 9, correlation: 0.6, trials: 25 },
  ];

  test.each([
    ['none of its own', undefined, [{ op: 'add', path: '/search', value: { pruner: { median: { warmupSteps: 9 } } } }]],
    ['a name', 'hyperband', [{ op: 'replace', path: '/search/pruner', value: { hyperband: { minResource: 9 } } }]],
    ['knobs', { median: { startupTrials: 3 } }, [{ op: 'add', path: '/search/pruner/median/warmupSteps', value: 9 }]],
    ['that knob', { asha: { minResource: 1 } }, [{ op: 'replace', path: '/search/pruner/asha/minResource', value: 9 }]],
    [
      'a number',
      { percentile: 30 },
      [{ op: 'replace', path: '/search/pruner', value: { percentile: { percentile: 30, warmupSteps: 9 } } }],
    ],
    ['no knob', 'auto', [{ op: 'replace', path: '/search/pruner', value: { asha: { minResource: 9 } } }]],
    ['several', ['asha', 'curve'], []],
    ['another', { wilcoxon: {} }, []],
  ])('where the file has %s', (_, pruner, patch) => {
    const { search: __, ...others } = written;
    const { file, ...input } = study({ importance: { rungs } });
    const sections = pruner === undefined ? others : { ...others, search: { pruner: pruner as Json } };
    expect(only('pruning-unsafe', { ...input, file: { ...file, written: sections } }).patch).toEqual(patch);
  });

  test('but not where nothing is pruned', () => {
    const { report, ...input } = study({ importance: { rungs } });
    const unpruned = { ...report, study: { ...report.study, pruner: 'none' } };
    expect(rules['pruning-unsafe']({ ...input, report: unpruned })).toEqual([]);
  });
});

describe('epochs', () => {
  const rising = {
    outcome: () => ({
      loss: 1,
      curve: curveOf(40, 0, { normal: () => 0 } as never, e => [fall(e, 0.1, 40), fall(e, 0.1, 40)]),
    }),
  };

  test('are doubled in the file, or named there', () => {
    expect(only('unfinished', study(rising)).patch).toEqual([{ op: 'replace', path: '/train/epochs', value: 80 }]);
    const { epochs: _, ...train } = written.train;
    expect(only('unfinished', study(rising, { train })).patch).toEqual([
      { op: 'add', path: '/train/epochs', value: 80 },
    ]);
  });

  test('are left alone where the file has no training of its own', () => {
    const input = study(rising);
    const { train: _, ...others } = written;
    expect(only('unfinished', { ...input, file: { ...file, written: others } }).patch).toEqual([]);
  });

  test('were not the end where early stopping came first', () => {
    expect(rules.unfinished({ ...study(rising), file: { ...file, epochs: 60 } })).toEqual([]);
  });
});

test('overfitting is answered with what the space has', () => {
  const overfit = {
    outcome: () => ({
      loss: 1,
      curve: curveOf(40, 0, { normal: () => 0 } as never, e => [fall(e, 0.02, 5), 0.5 + 0.01 * e]),
    }),
  };
  const { text, parameters } = only('overfits', study(overfit));
  expect(parameters).toEqual(['units', 'dropout']);
  expect(text).toMatch(
    /^100 % of the best trials overfit: make the layers narrower \(units from 8 to \d+\), regularize more \(dropout from 0 to 0\.75\)\.$/,
  );
  const bare = study(overfit);
  const noKnobs = { ...bare, file: { ...bare.file, knobs: {} } };
  expect(only('overfits', noKnobs)).toMatchObject({
    patch: [],
    text: expect.stringContaining('narrower and the net deeper'),
  });
});

test('names of parameters with numbers are told apart where it matters', () => {
  const float = { type: 'float', low: 0, high: 1, log: false, step: null, default: 0 } as const;
  const { report, trials } = study({ count: 1 });
  const params = ['l1', 'l2', 'units1', 'learning_rate', 'lr'].map(name => ({ ...float, name }));
  const input = { trials, report: { ...report, study: { ...report.study, space: { params, constraints: [] } } } };
  const named = (knobs: readonly string[]) => paramsOf(input, knobs).map(({ name }) => name);
  expect([named(['l2']), named(['units']), named(['learningRate'])]).toEqual([
    ['l2'],
    ['units1'],
    ['learning_rate', 'lr'],
  ]);
});

test('names tell what parameters are, where there is no file', () => {
  const { file: _, ...input } = study({ outcome: ({ lr = 0 }) => ({ loss: lr, isDiverged: lr > 0.7 }) });
  expect(only('diverges', input).parameters).toEqual(['lr']);
});

test('a study of a few trials has nothing to advise, and reports say so as a list', () => {
  expect(summarize(usual).advice).toEqual([]);
  expect(adviceOf(studyOf({ seed: 1, count: 0, outcome: valley(0.5) }))).toEqual([]);
  expect(adviceOf(studyOf({ seed: 1, count: 1, outcome: valley(0.5) }))).toEqual([]);
});

test('the surest comes first', () => {
  const order = ['high', 'medium', 'low'];
  const found = adviceOf(study({ count: 100 })).map(({ confidence }) => order.indexOf(confidence));
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(found.toSorted((a, b) => a - b));
});
