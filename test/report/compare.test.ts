/** Tonight against last night: verdict, its reasons, what changed, and several studies of one night. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareReports } from '../../src/report/compare/comparison.ts';
import { adjustForStudies } from '../../src/report/compare/studies.ts';
import { formatAmount, formatP, formatRelative } from '../../src/report/compare/wording.ts';
import { toJsonText } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { markdown } from '../../src/report/markdown.ts';
import type { Report } from '../../src/report/report.ts';
import type { Json, Param } from '../../src/space/space.ts';
import { lastValues, night, row, seeds, tonightValues } from './nights.ts';
import { input, space } from './study.ts';

const better = { units: 128 };

function compared(current: Report, previous: Report): Report {
  return { ...current, comparison: compareReports(current, previous) };
}

describe('the verdict', () => {
  test('the golden set of reports-reliability.md 3.3', () => {
    const { verdict } = compareReports(night([row(tonightValues, better)]), night([row(lastValues)]));
    expect(verdict).toMatchObject({ outcome: 'regressed', test: 'mann-whitney', isPaired: false });
    expect(verdict.shift!.p).toBeCloseTo(14 / 12_870, 15);
    expect(verdict.shift!.estimate).toBeCloseTo(0.0145, 12);
    expect(verdict.shift!.low).toBeCloseTo(0.008, 12);
    expect(verdict.shift!.high).toBeCloseTo(0.023, 12);
    expect(1 - verdict.winChance!).toBeCloseTo(61 / 64, 12);
    expect(verdict.noise).toBeCloseTo(0.002_25, 12);
    expect(verdict.sentence).toBe(
      'Regressed: valLoss 0.225 → 0.24 (+6.4 %, 95 % [+3.6 %, +10.2 %], p = 0.0011, 8 seeds each).',
    );
  });

  test('the other way round it is better', () => {
    const { verdict } = compareReports(night([row(lastValues, better)]), night([row(tonightValues)]));
    expect(verdict.outcome).toBe('improved');
    expect(verdict.sentence).toBe(
      'Improved: valLoss 0.24 → 0.225 (-6 %, 95 % [-9.6 %, -3.3 %], p = 0.0011, 8 seeds each).',
    );
  });

  test('of a metric that should be large, less is worse', () => {
    const accuracy = { direction: 'maximize', metric: 'valAccuracy' } as const;
    const negated = (values: readonly number[]): number[] => values.map(value => 1 - value);
    const nights = [tonightValues, lastValues].map(values =>
      night([row(negated(values), { units: values[0]! }, 0.8)], accuracy),
    );
    const { verdict } = compareReports(nights[0]!, nights[1]!);
    expect(verdict.outcome).toBe('regressed');
    expect(verdict.shift!.estimate).toBeCloseTo(0.0145, 12);
    expect(verdict.sentence).toBe(
      'Regressed: valAccuracy 0.775 → 0.76 (-1.9 %, 95 % [-3 %, -1 %], p = 0.0011, 8 seeds each).',
    );
  });

  test('equal seeds make pairs, in whatever order they come', () => {
    const shifted = lastValues.map(value => value + 0.004 + value / 100);
    const [current, previous] = [
      night([row(shifted.toReversed(), {}, 0.2, seeds.toReversed())]),
      night([row(lastValues, {}, 0.2, seeds)]),
    ];
    const { verdict } = compareReports(current, previous);
    expect(verdict).toMatchObject({ outcome: 'regressed', test: 'sign-flip', isPaired: true, after: shifted });
    expect(verdict.shift!.p).toBeCloseTo((5 * 2) / 256, 12);
    expect(verdict.sentence).toContain('the same 8 seeds');
    const others = night([row(shifted, {}, 0.2, [...seeds.slice(1), 99])]);
    expect(compareReports(others, previous).verdict).toMatchObject({ outcome: 'no-change', isPaired: false });
  });

  test('a change that is certain but small is within noise, as wide as asked for', () => {
    const shifted = lastValues.map(value => value + 0.001);
    const nights = [shifted, lastValues].map(values => night([row(values, {}, 0.2, seeds)]));
    const { verdict } = compareReports(nights[0]!, nights[1]!);
    expect(verdict.outcome).toBe('within-noise');
    expect(verdict.sentence).toMatch(/^Within noise: .*; a change has to be above 1 % to matter\.$/);
    expect(compareReports(nights[0]!, nights[1]!, { noise: 0.001 }).verdict.outcome).toBe('regressed');
  });

  test('no change names what would have been found', () => {
    const other = lastValues.map((value, index) => value + (index % 2 === 0 ? 0.001 : -0.001));
    const { verdict } = compareReports(night([row(other)]), night([row(lastValues)]));
    expect(verdict.outcome).toBe('no-change');
    expect(verdict.sentence).toMatch(/; a change of [\d.]+ % would have been found in four of five nights\.$/);
    // Research: 1.5 standard deviations are found in 77 % of nights; the noise comes on top.
    const deviations = (verdict.detectable! - verdict.noise) / 0.0056;
    expect(deviations).toBeGreaterThan(1.45);
    expect(deviations).toBeLessThan(1.65);
  });

  test('nights that are the same to the bit say so', () => {
    const nights = [1, 2].map(() => night([row(lastValues, {}, 0.2, seeds)]));
    const { verdict } = compareReports(nights[0]!, nights[1]!);
    expect(verdict).toMatchObject({ outcome: 'no-change', shift: { estimate: 0, p: 1 } });
    expect(verdict.sentence).toBe('No change: valLoss 0.225, the same to the bit as last night (the same 8 seeds).');
  });

  test('three values a side never judge, however far apart', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), fc.array(value, { maxLength: 12 }), (few, many) => {
        for (const [a, b] of [
          [few, many],
          [many, few],
        ] as const)
          expect(compareReports(night([row(a)]), night([row(b)])).verdict.outcome).toBe('not-enough-data');
      }),
    );
  });

  test('without enough trainings it says how to get them, and how the best values differ', () => {
    const nights = [night([row([1, 2, 3], {}, 0.21)]), night([row([], {}, 0.2)])] as const;
    expect(compareReports(...nights).verdict.sentence).toBe(
      "Not enough data: 0 fresh trainings of last night's best and 3 of tonight's, a verdict needs 4 of each: run with --confirm 8. The best trials of the searches: valLoss 0.2 → 0.21 (+5 %), which proves nothing.",
    );
    const { best: _, ...empty } = night([row([])]);
    expect(compareReports(nights[0], empty).verdict.sentence).toBe('Not enough data: no trial completed last night.');
  });

  test('other data, another split or metric is not compared unless forced', () => {
    const of = (parts: Partial<typeof input>, values = lastValues): Report => night([row(values)], parts);
    const previous = of({ data: { hash: 'a', split: { validation: 0.2, seed: 1 } } });
    const current = of({ data: { hash: 'b', split: { validation: 0.2, seed: 2 } } }, tonightValues);
    const { verdict, changes, anytime } = compareReports(current, previous);
    expect(verdict).toMatchObject({ outcome: 'not-comparable', before: lastValues, after: tonightValues });
    expect(verdict).not.toHaveProperty('shift');
    expect(anytime).toBeUndefined();
    expect(verdict.sentence).toBe(
      'Not comparable: data, split changed since last night; --force-compare judges all the same.',
    );
    expect(changes.filter(({ isIncomparable }) => isIncomparable).map(({ what }) => what)).toEqual(['data', 'split']);
    expect(compareReports(current, previous, { force: true }).verdict.outcome).toBe('regressed');
    expect(compareReports(of({ metric: 'valMse' }), previous).verdict.outcome).toBe('not-comparable');
    // Reports of earlier releases do not know their data.
    expect(compareReports(of({}), previous).verdict.outcome).toBe('no-change');
  });
});

test('the area under the best value so far, over as many trials as both nights have', () => {
  const search = (...values: readonly number[]): Report => night(values.map(value => row([], {}, value)));
  const { anytime } = compareReports(search(0.2, 0.1), search(0.3, 0.4, 0.1));
  expect(anytime).toEqual({ trials: 2, before: 0.3, after: expect.closeTo(0.15, 12) });
});

describe('why', () => {
  const previous = night([row(lastValues)]);
  const sentence = (...rows: Parameters<typeof night>[0]): string =>
    compareReports(night(rows), previous).verdict.sentence;

  test('the search found nothing as good', () => {
    const { parts, verdict } = compareReports(night([row(tonightValues, better), row(lastValues)]), previous);
    expect(parts).toMatchObject({ again: lastValues, setting: { estimate: 0, p: 1 } });
    expect(parts!.search.estimate).toBeCloseTo(0.0145, 12);
    expect(verdict.sentence).toMatch(
      /^Regressed: .*\); last night's best trains as before, the search found nothing as good\.$/,
    );
  });
  test('the same configuration trains worse', () => {
    const text = sentence(row(tonightValues, better), row(tonightValues.map(value => value + 0.0003)));
    expect(text).toMatch(/; the same configuration trains worse than last night: look at what changed\.$/);
    expect(sentence(row(tonightValues))).toBe(
      text.replace(/ \(.*\)/, / \(.*\)/.exec(sentence(row(tonightValues)))![0]),
    );
  });
  test('a worse setting is named although the search made up for it', () => {
    expect(
      sentence(
        row(
          lastValues.map(value => value - 0.0001),
          better,
        ),
        row(tonightValues),
      ),
    ).toMatch(
      /^No change: .*; the same configuration trains worse than last night, the search found a better one: look at what changed\.$/,
    );
  });
});

describe('changes', () => {
  test('of surroundings and space, parameter by parameter', () => {
    const [rate, units, optimizer, momentum] = space.params as readonly [Param, Param, Param, Param];
    const added: Param = { name: 'dropout', type: 'float', low: 0, high: 0.5, log: false, step: null, default: 0.1 };
    const params = [
      { ...rate, high: 1, log: false } as Param,
      units,
      { ...optimizer, choices: ['sgd', 'eve'] } as Param,
    ];
    const current = night([row(lastValues, { ...better, dropout: 0.2 })], {
      space: { params: [...params, momentum, added], constraints: ['units <= 200'] },
      environment: { ...input.environment, node: '26.0.0', commit: 'abc+changes' },
      budget: { trials: 20, duration: 60 },
      seed: 8,
      slots: 4,
    });
    const { changes, config } = compareReports(current, night([row(lastValues)]));
    expect(changes.map(({ what, before, after }) => [what, before, after])).toEqual([
      ['commit', undefined, 'abc+changes'],
      ['Node', '24.1.0', '26.0.0'],
      ['seed', 7, 8],
      ['space: learningRate.high', 0.1, 1],
      ['space: learningRate.log', true, false],
      ['space: optimizer.choices', ['sgd', 'adam'], ['sgd', 'eve']],
      ['space: dropout', undefined, { type: 'float', low: 0, high: 0.5, log: false, step: null, default: 0.1 }],
      ['space: constraints', [], ['units <= 200']],
      ['budget: trials', 9, 20],
      ['budget: duration', undefined, 60],
      ['slots', 2, 4],
      ['space: normalize', { type: 'boolean', default: true }, undefined],
    ]);
    expect(config.map(({ parameter, change }) => [parameter, change])).toEqual([
      ['units', '+64'],
      ['dropout', 'now used'],
      ['learningRate', ''],
      ['optimizer', ''],
      ['momentum', ''],
      ['normalize', ''],
    ]);
  });
});

test('what is fixed in the space file is compared too, down to its place', () => {
  const model = { layers: ['flatten', { dense: { units: '$units' } }] };
  const sections = { metric: 'valLoss', model, train: { epochs: 12, optimizer: 'sgd' } };
  const changed = {
    metric: 'valLoss',
    model: { layers: ['flatten', { dense: { units: 2 } }] },
    train: { epochs: 1, optimizer: 'sgd', batchSize: 64 },
  };
  const [last, tonight] = [sections, changed].map(given => night([row(lastValues)], { sections: given }));
  expect(compareReports(tonight!, last!).changes).toEqual([
    { what: 'model: layers.1.dense.units', before: '$units', after: 2, isIncomparable: false },
    { what: 'train: epochs', before: 12, after: 1, isIncomparable: false },
    { what: 'train: batchSize', after: 64, isIncomparable: false },
  ]);
  expect(compareReports(tonight!, night([row(lastValues)])).changes).toEqual([]);
});

describe('several studies of one night', () => {
  const previous = night([row(lastValues)]);
  const studyWith = (shift: number, jitter = 0.0001): Report =>
    compared(night([row(lastValues.map((value, index) => value + shift + jitter * index))]), previous);

  test("Holm's correction decides, by hand", () => {
    const studies = [0.0065, 0.02, 0, 0.001, 0.002].map(shift => studyWith(shift));
    const ps = studies.map(({ comparison }) => comparison!.verdict.shift!.p);
    const adjusted = adjustForStudies(studies).map(({ comparison }) => comparison!.verdict);
    expect(adjusted[1]!.adjustedP).toBeCloseTo(5 * ps[1]!, 12);
    expect(adjusted[0]!.adjustedP).toBeCloseTo(4 * ps[0]!, 12);
    const outcomes = studies.map(({ comparison }) => comparison!.verdict.outcome);
    expect([outcomes[0], adjusted[0]!.outcome]).toEqual(['within-noise', 'no-change']);
    expect([outcomes[1], adjusted[1]!.outcome]).toEqual(['regressed', 'regressed']);
    expect(adjusted[1]!.sentence).toContain(`${formatP(ps[1]!)}, ${formatP(5 * ps[1]!)} over all studies`);
  });

  test('those without a verdict, or with the same values to the bit, do not count', () => {
    const regressed = studyWith(0.02);
    const others = [studyWith(0, 0), night([row(lastValues)]), compared(night([row([])]), previous)];
    expect(adjustForStudies([regressed, ...others])).toEqual([regressed, ...others]);
  });
});

describe('a report that someone has written over', () => {
  const tonight = compared(night([row(tonightValues, better, 0.2, seeds), row(lastValues)]), night([row(lastValues)]));
  const text = toJsonText(tonight);
  const parts = pathsOf(JSON.parse(text) as Json);
  const garbage: fc.Arbitrary<unknown> = fc.constantFrom(null, 0, 1e308, 'x', 'NaN', [], [null], {}, true, undefined);

  test('is no report, or one that can be compared with', () => {
    fc.assert(
      fc.property(fc.constantFrom(...parts), garbage, (path, value) => {
        const read = parseReport(JSON.stringify(replaced(JSON.parse(text), path, value)));
        if (read) markdown(compared(tonight, read));
      }),
    );
    expect(compareReports(tonight, parseReport(text)!).verdict.outcome).toBe('no-change');
  });
});

/** Of all parts of a JSON value. */
function pathsOf(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [...(path.length > 0 ? [path] : []), ...parts.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function replaced(root: any, path: readonly string[], value: unknown): unknown {
  const parent = path.slice(0, -1).reduce((part, key) => part[key], root);
  parent[path.at(-1)!] = value;
  return root;
}

describe('in Markdown', () => {
  const current = compared(night([row(tonightValues, better), row(lastValues)]), night([row(lastValues)]));

  test('the verdict comes first, then what is behind it', async () => {
    const text = markdown(current);
    await expect(`${text.split('#### Best configuration')[0]!.trimEnd()}\n`).toMatchFileSnapshot(
      'golden/comparison.md',
    );
  });

  test('without a last night there is nothing of it', () => {
    expect(markdown(night([row(lastValues)]))).not.toContain('last night');
  });

  test('names and values from files have no effect', () => {
    const evil = '<b>|@team](http://x)';
    const param: Param = { name: evil, type: 'categorical', choices: [evil], default: evil };
    const parts = { study: evil, metric: evil, space: { params: [param], constraints: [evil] } };
    const tonight = night([row(tonightValues, { [evil]: evil })], {
      ...parts,
      environment: { ...input.environment, commit: evil },
    });
    const text = markdown(compared(tonight, night([row(lastValues)], { study: evil })));
    expect(text).not.toMatch(/<b>|@team|(?<!\\)\]\(http/);
  });
});

test('numbers in sentences', () => {
  expect([0.0169, -0.001_23, 0, -0.4].map(difference => formatRelative(difference, 0.245))).toEqual([
    '+6.9 %',
    '-0.5 %',
    '0 %',
    '-163.3 %',
  ]);
  expect([formatRelative(-0.0169, -0.245), formatRelative(0.25, 0), formatAmount(0.01, 0)]).toEqual([
    '-6.9 %',
    '+0.25',
    '0.01',
  ]);
  expect([0.000_05, 0.001_088, 0.6, 1].map(formatP)).toEqual(['p < 0.0001', 'p = 0.0011', 'p = 0.6', 'p = 1']);
});
