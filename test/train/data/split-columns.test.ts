/** Columns of a csv that the split goes by: what the data set gets of them, and what is said about wrong ones. */
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/study/rng.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { dataSection, loadDataset } from '../../../src/train/data/section.ts';
import { splitRows } from '../../../src/train/data/split.ts';
import { folderOf, problemsOf } from './helpers.ts';

async function loadSplit(text: string, split: object, csv: object = {}): Promise<Dataset> {
  const folder = await folderOf({ 'data.csv': text });
  return loadDataset(dataSection.parse({ csv: { file: 'data.csv', ...csv }, split }), folder, 1);
}

const patients = 'patient,day,x,y\nann,2024-03-02,1,0.5\nbob,2024-03-01,2,1.5\nann,2023-12-31,3,2.5\n';

describe('a column to split by', () => {
  it('of groups is numbered and no input', async () => {
    const data = await loadSplit(patients, { group: 'patient' }, { drop: ['day'] });
    expect(data).toMatchObject({ columns: ['x'], groups: Int32Array.of(0, 1, 0) });
    expect(data).not.toHaveProperty('times');
  });
  it('of times is read and no input', async () => {
    const data = await loadSplit(patients, { time: 'day' }, { drop: ['patient'] });
    const [first, second, third] = data.times!;
    expect(data.columns).toEqual(['x']);
    expect([first! - second!, second! - third!]).toEqual([86_400_000, 61 * 86_400_000]);
  });
  it('may be dropped too', async () => {
    const data = await loadSplit(patients, { group: 'patient' }, { drop: ['day', 'patient'] });
    expect(data).toMatchObject({ columns: ['x'], groups: Int32Array.of(0, 1, 0) });
  });
  it.each([
    ['numbers', ['7', '-1.5', '1e3'], [7, -1.5, 1000]],
    ['days', ['1970-01-02', '1970-02-01', '1970-01'], [86_400_000, 31 * 86_400_000, 0]],
    ['times of day', ['1970-01-01T00:01', '1970-01-01 00:00:02.5'], [60_000, 2500]],
    ['times of a zone', ['1970-01-01T00:00:00Z', '1970-01-01T01:00:00+02:00'], [0, -3_600_000]],
  ])('of %s has these times', async (_, cells, times) => {
    const data = await loadSplit(`t,x,y\n${cells.map(cell => `${cell},1,0.5\n`).join('')}`, { time: 't' });
    expect([...data.times!]).toEqual(times);
  });

  it('keeps groups whole and times in order, from file to split', async () => {
    const rows = Array.from({ length: 200 }, (_, row) => `p${(row * 7) % 40},${(row * 37) % 200},${row},${row / 7}`);
    const text = `patient,time,x,y\n${rows.join('\n')}\n`;
    const byGroup = { group: 'patient' };
    const grouped = await loadSplit(text, byGroup, { drop: ['time'] });
    const { train, validation, test } = splitRows(grouped, sectionOf(byGroup), createRng(1, 'split'));
    const homes = [train, validation, test].map(part => new Set(part.map(row => grouped.groups![row]!)));
    expect(homes[0]!.size + homes[1]!.size + homes[2]!.size).toBe(40);
    const byTime = { time: 'time' };
    const timed = await loadSplit(text, byTime, { drop: ['patient'] });
    const split = splitRows(timed, sectionOf(byTime), createRng(1, 'split'));
    expect([...split.test].map(row => timed.times![row])).toEqual(Array.from({ length: 30 }, (_, i) => 170 + i));
  });
});

function sectionOf(split: object) {
  return dataSection.parse({ csv: 'data.csv', split }).split;
}

describe('is refused with place and expectation:', () => {
  const refusals = async (text: string, split: object, csv: object = {}) =>
    (await problemsOf(() => loadSplit(text, split, csv))).map(({ where, ...rest }) => {
      // Or the space file is to blame.
      expect(where?.file ?? '/data.csv').toMatch(/\/data\.csv$/);
      return { ...rest, ...(where?.line !== undefined && { at: [where.line, where.column] }) };
    });

  it('a column that is not there, with the nearest name', async () => {
    expect(await refusals(patients, { group: 'patiant' }, { drop: ['day', 'patient'] })).toEqual([
      {
        message: 'there is no column "patiant" in data.csv',
        path: ['data', 'split', 'group'],
        hint: 'did you mean "patient"?',
      },
    ]);
  });
  it('the target', async () => {
    expect(await refusals('x,t\n1,2\n3,4\n', { time: 't' })).toEqual([
      {
        message: 'the column "t" is the target and cannot split the rows',
        hint: 'name the column to predict: "target"',
      },
    ]);
  });
  it('cells that are no times', async () => {
    const text = (second: string): string => `t,x,y\n2024-01-01,1,0.5\n${second},1,0.5\n`;
    for (const cell of ['01/02/2024', '5', '2024-13-01'])
      expect(await refusals(text(cell), { time: 't' })).toEqual([
        {
          message: `"${cell}" in column "t" is no time`,
          expected: 'a number, or a date such as 2024-03-31 or 2024-03-31T08:30:00Z',
          at: [3, 1],
        },
      ]);
    expect(await refusals('t,x,y\n1,1,0.5\n,1,0.5\n', { time: 't' })).toMatchObject([
      { message: 'the cell of column "t" is empty', expected: 'a time', at: [3, 1] },
    ]);
    expect(await refusals('t,x,y\n1,1,0.5\nmay,1,0.5\n', { time: 't' })).toMatchObject([
      { message: '"may" in column "t" is no time', expected: 'a number, as in the first row', at: [3, 1] },
    ]);
  });
});
