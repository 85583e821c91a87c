/** What a study recorded can be trained again, from the seed alone, and is the same to the bit; what was changed is found. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { replay, tune, type Trial } from '../../src/index.ts';
import { differencesOf } from '../../src/study/trial-differences.ts';
import { runTune } from '../cli/program.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const reports = join(folder, 'reports');
const path = join(folder, 'space.json');
const journal = join(reports, 'glyphs', 'journal.log');

const study = {
  name: 'glyphs',
  data: { glyphs: { examples: 150, size: 12 } },
  model: { layers: ['flatten', { dense: { units: '$units', activation: 'relu' } }, { dropout: 0.3 }] },
  train: { optimizer: { adam: '$learningRate' }, epochs: 5, batchSize: 32, augment: [{ shift: 0.1 }] },
  space: {
    units: { type: 'int', low: 4, high: 32 },
    learningRate: { type: 'float', low: 1e-4, high: 1e-1, log: true },
  },
  search: { sampler: 'random', pruner: 'median', controls: 0 },
  budget: { trials: 12 },
  seed: 5,
};

let trials: readonly Trial[];

beforeAll(async () => {
  writeFileSync(path, JSON.stringify(study));
  ({ trials } = await tune(path, { reports, slots: 2 }));
});

test('every trial, pruned ones too, is the same to the bit, and the study stays as it was', async () => {
  expect(trials.map(({ state }) => state)).toEqual(expect.arrayContaining(['complete', 'pruned']));
  const before = readFileSync(journal);
  const seen: number[] = [];
  const replayed = await replay(path, {
    reports,
    sample: 100,
    slots: 2,
    observe: event => event.type === 'replayed' && seen.push(event.replayed.trial),
  });
  expect(replayed).toEqual(trials.map(({ id, curve }) => ({ trial: id, steps: curve.length, differences: [] })));
  expect(seen.toSorted((a, b) => a - b)).toEqual(trials.map(({ id }) => id));
  expect(readFileSync(journal).equals(before)).toBe(true);
});

test('by default the best one', async () => {
  const best = trials.filter(({ state }) => state === 'complete').toSorted((a, b) => a.value! - b.value!)[0]!;
  expect(await replay(path, { reports })).toMatchObject([{ trial: best.id, differences: [] }]);
});

describe('in a terminal', () => {
  const run = (...args: readonly string[]) => runTune(['replay', 'space.json', ...args], { cwd: folder });

  test('what someone changed in the record is found', async () => {
    const record = readFileSync(journal, 'utf8');
    const { curve } = trials[3]!;
    const lines = record.split('\n').map(line => {
      const isIts = line.includes('"op_code":7') && line.includes('"trial_id":3,') && line.includes('"step":1,');
      // As Optuna writes lines: without a checksum.
      return isIts
        ? line
            .replace(`"intermediate_value":${curve[0]!.value}`, '"intermediate_value":0.25')
            .replace(/,"crc":"\w+"/, '')
        : line;
    });
    writeFileSync(journal, lines.join('\n'));
    try {
      const { code, out } = await run('3', '4');
      const [third, fourth] = out.split('\n');
      expect(third).toBe(`trial 3: differs: the metric after step 1 was 0.25, is ${curve[0]!.value}`);
      expect(fourth).toMatch(/^trial 4: the same, to the bit/);
      expect(code).toBe(1);
      const { out: json } = await run('3', '--json', '--quiet');
      expect(JSON.parse(json)).toMatchObject({
        same: false,
        trials: [{ trial: 3, differences: [{ recorded: 0.25 }] }],
      });
    } finally {
      writeFileSync(journal, record);
    }
  });

  test('another space file, and trials that are none, are refused', async () => {
    const unknown = await run('3', '99');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('there is no trial 99');
    writeFileSync(path, JSON.stringify({ ...study, train: { ...study.train, epochs: 6 } }));
    try {
      const changed = await run('3');
      expect(changed.code).toBe(2);
      expect(changed.err).toContain('"train" changed');
    } finally {
      writeFileSync(path, JSON.stringify(study));
    }
  });
});

test('bits count, clocks do not', () => {
  const record = (loss: number, seconds: number): Trial => ({
    id: 0,
    state: 'complete',
    attempt: 1,
    config: {},
    curve: [{ step: 1, value: loss, metrics: { seconds, trainLoss: NaN } }],
    value: 1,
    attributes: { weightsHash: 'ab', seconds },
    startedAt: '',
  });
  expect(differencesOf(record(0.3, 1), record(0.3, 2))).toEqual([]);
  expect(differencesOf(record(0.3, 1), record(0.1 + 0.2, 1))).toEqual([
    { what: 'the metric after step 1', recorded: 0.3, repeated: 0.1 + 0.2 },
  ]);
  expect(differencesOf(record(0.3, 1), { ...record(0.3, 1), curve: [] })).toHaveLength(2);
  expect(differencesOf(record(0.3, 1), { ...record(0.3, 1), attributes: { weightsHash: 'ac' } })).toHaveLength(1);
});
