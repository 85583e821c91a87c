/** Copies of space files that follow advice. */
import { describe, expect, test } from 'vitest';
import type { Advice, PatchOperation } from '../../src/report/advice/advice.ts';
import { patchParam } from '../../src/report/advice/patches.ts';
import { applyPatch } from '../../src/report/advice/json-patch.ts';
import { extended, fixed, narrowed } from '../../src/report/advice/ranges.ts';
import { isNumeric } from '../../src/report/advice/knobs.ts';
import { readSpace } from '../../src/space/read-space.ts';
import type { Json, Param } from '../../src/space/space.ts';
import { applyAdvice } from '../../src/tune/apply-advice.ts';
import { advisedFile } from '../../src/tune/knobs.ts';
import { readTarget } from '../../src/tune/target.ts';
import { space as other, studyOf } from '../report/advised-studies.ts';

const text = `{
  // What it is called.
  "name": "digits",
  "data": { "glyphs": { "examples": 100 } },
  "model": { "layers": ["flatten", { "dense": { "units": "$units" } }, { "dropout": "$dropout" }] },
  "train": { "optimizer": { "adam": "$lr" }, "epochs": 12 }, // short
  "space": {
    "lr": { "type": "float", "low": 1e-4, "high": 0.1, "log": true }, /* the rate */
    "units": { "type": "int", "low": 16, "high": 64, "default": 32 },
    "dropout": { "min": 0, "max": 0.5 },
  },
  "search": { "sampler": "tpe" }
}
`;

const options = { path: '/spaces/digits.json', name: 'digits-advised', warmStart: '../reports/digits' };

function advise(...patch: readonly PatchOperation[]): Advice {
  return { rule: 'at-the-bound', text: 'Change it.', parameters: [], evidence: {}, patch, confidence: 'high' };
}

const replace = (path: string, value: Json): PatchOperation => ({ op: 'replace', path, value });

describe('a copy', () => {
  test('has the changes, and everything else as it was', () => {
    const { text: copy, applied, left } = applyAdvice(text, [advise(replace('/space/lr/high', 1))], options);
    expect({ applied: applied.length, left }).toEqual({ applied: 1, left: [] });
    const expected = text
      .replace('"high": 0.1', '"high": 1')
      .replace('"name": "digits"', '"name": "digits-advised"')
      .replace('"sampler": "tpe" }', '"sampler": "tpe", "warmStart": ["../reports/digits"] }');
    expect(copy.replaceAll(/\s+/g, ' ').replaceAll('[ "', '["').replaceAll('" ]', '"]')).toBe(
      expected.replaceAll(/\s+/g, ' '),
    );
    expect(copy).toContain('  // What it is called.\n  "name": "digits-advised",\n');
  });

  test('follows the first of several pieces of advice that change the same place', () => {
    const second = advise(replace('/space/lr/low', 1e-3), replace('/train/epochs', 3));
    const { text: copy, left } = applyAdvice(text, [advise(replace('/space/lr/high', 1)), second], options);
    expect(left).toEqual([{ advice: second, why: 'an earlier piece of advice changes the same place' }]);
    expect(copy).toContain('"epochs": 12');
  });

  test.each([
    ['is gone', replace('/space/rate/high', 1), 'the file is not what it was'],
    ['leads to no place', replace('/space/lr/high/more', 1), 'the file is not what it was'],
    ['is no index', replace('/model/layers/-1', 'flatten'), 'the file is not what it was'],
    ['is a prototype', { op: 'add', path: '/space/__proto__/polluted', value: 1 }, 'the file is not what it was'],
    [
      'is a constructor',
      { op: 'add', path: '/constructor/prototype/polluted', value: 1 },
      'the file is not what it was',
    ],
    ['would be invalid', replace('/space/lr/high', 1e-9), 'the file would be invalid: the lower bound'],
    ['takes no such value', replace('/space/dropout/max', 2.5), 'the file would be invalid'],
  ] as const)('leaves out what %s', (_, operation, why) => {
    const { left, applied, text: copy } = applyAdvice(text, [advise(operation)], options);
    expect(applied).toEqual([]);
    expect(left[0]!.why).toContain(why);
    expect(copy).toContain('"high": 0.1, "log": true');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('keeps line ends, and adds to the studies that the file begins with', () => {
    const windows = text.replace('"sampler": "tpe"', '"warmStart": ["a"]').replaceAll('\n', '\r\n');
    const { text: copy } = applyAdvice(`\uFEFF${windows}`, [advise(replace('/train/epochs', 24))], options);
    expect(copy.replaceAll('\r\n', '')).not.toContain('\n');
    expect(copy.replaceAll(/\s+/g, '')).toContain('"warmStart":["a","../reports/digits"]');
  });
});

describe('patches fit what the user wrote', () => {
  const { report, trials } = studyOf({ seed: 1, count: 1, outcome: () => ({ loss: 1 }) });

  /** The patch that makes a parameter another one, and what the file is then. */
  function patchFor(given: Json, change: (param: Param) => Param | undefined, name = 'x') {
    const written = { space: { x: given } };
    const { space } = readSpace(written.space, []);
    const wanted = change(space!.params.find(param => param.name === name)!)!;
    const file = { written, knobs: {} };
    const patch = patchParam(
      { report: { ...report, study: { ...report.study, space: space! } }, trials, file },
      wanted,
    );
    const after = readSpace((applyPatch(written, patch) as typeof written).space, []).space!;
    return { patch, wanted, after: after.params.find(param => param.name === name)! };
  }

  const higher = (param: Param) => (isNumeric(param) ? extended(param, 'high', { names: [] }) : undefined);

  test.each([
    ['ours', { type: 'float', low: 1e-4, high: 0.1, log: true }, '/space/x/high', 1],
    ['ours with steps', { type: 'float', low: 0, high: 1, step: 0.25 }, '/space/x/high', 1.5],
    ['whole numbers', { type: 'int', low: 1, high: 9 }, '/space/x/high', 13],
    ['W&B', { min: 0.5, max: 1.5 }, '/space/x/max', 2],
    ['NNI', { _type: 'loguniform', _value: [1e-4, 0.1] }, '/space/x/_value/1', 1],
    ['Optuna', { name: 'IntDistribution', attributes: { low: 2, high: 10, step: 2 } }, '/space/x/attributes/high', 14],
  ])('%s', (_, given, path, value) => {
    const { patch, after, wanted } = patchFor(given as Json, higher);
    expect(patch).toEqual([{ op: 'replace', path, value }]);
    expect({ ...after, default: 0 }).toEqual({ ...wanted, default: 0 });
  });

  test.each([
    ['upper bounds that are left out', { _type: 'randint', _value: [1, 10] }, { type: 'int', low: 1, high: 13 }],
    [
      'exponents',
      { distribution: 'log_uniform', min: -9, max: -2, default: 0.1 },
      { type: 'float', low: 0.000_123_409_804_087, high: 1.353_352_832_37, log: true, default: 0.1 },
    ],
  ])('in our form, where theirs has %s', (_, given, value) => {
    expect(patchFor(given as Json, higher).patch).toEqual([{ op: 'replace', path: '/space/x', value }]);
  });

  test('not at all, where neither is possible', () => {
    const group = { parameters: { y: { distribution: 'log_uniform', min: -9, max: -2 } } };
    expect(patchFor(group, higher, 'x.y').patch).toEqual([]);
    expect(patchFor({ parameters: { y: { min: 0.5, max: 1.5 } } }, higher, 'x.y').patch).toEqual([
      { op: 'replace', path: '/space/x/parameters/y/max', value: 2 },
    ]);
  });

  test('a fixed value, of any kind', () => {
    const fix = (value: Json) => (param: Param) => fixed(param, value);
    expect(patchFor({ type: 'boolean' }, fix(true)).after).toMatchObject({ type: 'categorical', choices: [true] });
    expect(patchFor({ values: ['a', 'b'] }, fix('b')).patch).toEqual([
      { op: 'replace', path: '/space/x/values', value: ['b'] },
    ]);
    const { patch } = patchFor({ type: 'float', low: 0, high: 1, default: 0.3 }, fix(0.6));
    expect(patch.map(({ path }) => path)).toEqual(['/space/x/low', '/space/x/high', '/space/x/default']);
  });

  test.each([
    ['steps', { type: 'float', low: 0, high: 1, step: 0.05 }, [0.1, 0.33], [0.1, 0.3]],
    ['steps that begin between', { type: 'int', low: 16, high: 128, step: 16 }, [40, 90], [32, 80]],
    ['factors', { type: 'int', low: 8, high: 512, step: 2, log: true }, [20, 200], [16, 128]],
    ['q', { distribution: 'q_uniform', min: 0, max: 100, q: 5 }, [12, 33], [10, 30]],
  ])('narrower ranges with %s', (_, given, [from, to], [low, high]) => {
    const narrow = (param: Param) => (isNumeric(param) ? narrowed(param, from!, to!) : undefined);
    const { patch, after } = patchFor(given as Json, narrow);
    expect(patch).toHaveLength(2);
    expect(after).toMatchObject({ low, high });
  });

  test('without a file, as ours', () => {
    const lr = other.params[0]!;
    const patch = patchParam({ report, trials }, higher(lr)!);
    expect(patch).toEqual([{ op: 'replace', path: '/space/lr/high', value: 1 }]);
  });
});

describe('hard limits', () => {
  const limit = { names: [], least: 0, most: 0.95 };

  test.each([
    ['a share', { type: 'float', low: 0, high: 0.8 }, 'high', 0.95],
    ['one that is there', { type: 'float', low: 0, high: 0.95 }, 'high', undefined],
    ['zero', { type: 'float', low: 0, high: 0.5 }, 'low', undefined],
    ['a rate above zero', { type: 'float', low: 0.01, high: 0.9 }, 'low', 0.001],
    ['whole numbers from one', { type: 'int', low: 2, high: 64, log: true }, 'low', 1],
  ] as const)('hold for %s', (_, given, side, bound) => {
    const param = readSpace({ x: given }, []).space!.params[0]!;
    const knob = param.type === 'int' ? { names: [] } : limit;
    expect(isNumeric(param) && extended(param, side, knob)?.[side]).toBe(bound);
  });
});

test('knobs come from where the templates refer to parameters', async () => {
  const file = await readTarget(
    {
      name: 'x',
      data: { glyphs: { examples: 100 } },
      model: { layers: [{ stack: { times: '$deep', layers: [{ dense: { units: '$wide' } }] } }, { dropout: '$drop' }] },
      train: { optimizer: { $kind: { learningRate: '$rate', momentum: '$mass' } }, epochs: 7 },
      space: {
        deep: { type: 'int', low: 1, high: 3 },
        wide: { type: 'int', low: 8, high: 32 },
        drop: { type: 'float', low: 0, high: 0.5 },
        kind: { type: 'categorical', choices: ['adam', 'momentum'] },
        rate: { type: 'float', low: 1e-4, high: 0.1, log: true },
        mass: { type: 'float', low: 0.5, high: 0.9, when: { kind: ['momentum'] } },
      },
    },
    {},
  );
  const { knobs, epochs } = advisedFile(file);
  expect(epochs).toBe(7);
  expect(knobs['deep']!.names).toContain('times');
  expect(knobs['wide']).toMatchObject({ names: ['units'], least: 1 });
  expect(knobs['drop']).toMatchObject({ names: ['dropout', 'rate'], least: 0, most: 0.95 });
  expect(knobs['rate']!.names).toEqual(['learningRate']);
  expect(knobs['mass']!.names).toEqual(['momentum']);
  expect(knobs['mass']!.most).toBeLessThan(1);
});
