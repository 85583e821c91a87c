/** The section "needs": what it says for each configuration, and which workers have it. */
import { describe, expect, test } from 'vitest';
import { needsName, needsOf, type Needs } from '../../src/executors/needs.ts';
import { parseSpaceFile } from '../../src/space/parse.ts';
import type { Config } from '../../src/space/space.ts';
import { completeSpaceFile } from '../../src/train/complete.ts';
import { sections, type TuneFile } from '../../src/tune/sections.ts';
import { studyFacts } from '../../src/tune/study-facts.ts';
import { describeData } from '../../src/tune/work.ts';

const whole = {
  name: 'digits',
  data: { glyphs: {} },
  model: { layers: ['flatten', { dense: '$units' }] },
  train: {},
  space: { units: { type: 'int', low: 8, high: 64 } },
};

function fileOf(contents: object): TuneFile {
  return parseSpaceFile({ ...whole, ...contents }, sections);
}

function needed(contents: object, config: Config = { units: 8 }): Needs {
  return needsOf(fileOf(contents), config);
}

describe('what a trial needs', () => {
  test('nothing, where the file does not say', () => {
    expect(needed({})).toEqual({ tags: [] });
    expect(needed({ needs: {} })).toEqual({ tags: [] });
  });

  test('tags in lower case, in order, each once', () => {
    expect(needed({ needs: { tags: ['gpu', 'avx-512', 'GPU', 'Big.RAM_1'] } })).toEqual({
      tags: ['avx-512', 'big.ram_1', 'gpu'],
    });
  });

  test.each([
    ['8GB', 8192],
    ['500MB', 500],
    ['1.5 gb', 1536],
    ['0.25GB', 256],
    ['1.3GB', 1332],
    ['0.0000001MB', 1],
    ['2097151GB', 2_147_482_624],
  ])('%s are %d MB', (memory, megabytes) => {
    expect(needed({ needs: { memory } })).toEqual({ tags: [], memory: megabytes });
  });

  test.each(['0GB', '8', '-1GB', '8TB', 'GB', '1e3MB', '2097152GB', `${'9'.repeat(400)}GB`, ''])(
    '"%s" is no size',
    memory => {
      expect(() => fileOf({ needs: { memory } })).toThrow(/this is no size: .*\n.*a size such as "500MB" or "8GB"/);
    },
  );

  const space = {
    ...whole.space,
    depth: { type: 'categorical', choices: ['shallow', 'deep'] },
    memory: { type: 'categorical', choices: ['2GB', '16GB'], when: { depth: ['deep'] } },
  };

  test('a parameter, where it is active', () => {
    const contents = { space, needs: { tags: ['$depth'], memory: '$memory' } };
    expect(needed(contents, { units: 8, depth: 'deep', memory: '16GB' })).toEqual({ tags: ['deep'], memory: 16_384 });
    expect(needed(contents, { units: 8, depth: 'shallow' })).toEqual({ tags: ['shallow'] });
  });

  test('all of it may be a parameter that is inactive', () => {
    const all = { type: 'categorical', choices: [{ tags: ['gpu'] }, {}], when: { depth: ['deep'] } };
    const contents = { space: { ...space, memory: all }, needs: '$memory' };
    expect(needed(contents, { units: 8, depth: 'deep', memory: { tags: ['gpu'] } })).toEqual({ tags: ['gpu'] });
    expect(needed(contents, { units: 8, depth: 'shallow' })).toEqual({ tags: [] });
  });
});

test('a parameter that nothing but the needs use is of use', async () => {
  const file = parseSpaceFile(
    {
      name: 'digits',
      data: { glyphs: {} },
      space: { kind: { type: 'categorical', choices: ['cpu', 'gpu'] } },
      needs: { tags: ['$kind'] },
    },
    sections,
  );
  const { space } = completeSpaceFile(file, file.data!, await describeData(file));
  expect(space.params.map(({ name }) => name)).toContain('kind');
});

test('a trainer module may have needs too', () => {
  const needs = { tags: ['gpu'] };
  const file = parseSpaceFile({ name: 'mine', trainer: './train.js', needs }, sections);
  expect(needsOf(file, {})).toEqual(needs);
});

test('a study is the same with and without needs', () => {
  const facts = (contents: object): unknown => studyFacts(fileOf(contents), '/studies/digits');
  expect(facts({ needs: { tags: ['gpu'], memory: '8GB' } })).toEqual(facts({}));
});

describe('names of needs', () => {
  test.each<[string, Needs]>([
    ['', { tags: [] }],
    ['gpu', { tags: ['gpu'] }],
    ['8192MB', { tags: [], memory: 8192 }],
    ['avx-512+gpu+1536MB', { tags: ['avx-512', 'gpu'], memory: 1536 }],
  ])('"%s"', (name, needs) => {
    expect(needsName(needs)).toBe(name);
  });

  test('no two needs share one, and none has other characters than names of queues may have', () => {
    const lists = [[], ['8192MB'], ['a', 'b'], ['a.b'], ['a-b'], ['b', 'A'], ['a', '8192mb'], ['1', '0']];
    const sizes = [undefined, '8192MB', '0.5MB', '2097151GB'];
    const all = lists.flatMap(tags => sizes.map(memory => needed({ needs: { tags, ...(memory && { memory }) } })));
    const names = all.map(needsName);
    expect(names.join('')).toMatch(/^[A-Za-z0-9._+-]*$/);
    // ['a', 'b'] and ['b', 'A'] say the same.
    expect(new Set(names).size).toBe(all.length - sizes.length);
  });
});
