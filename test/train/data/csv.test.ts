/** CSV: what tables become, and what is said about wrong ones. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Dataset, Task } from '../../../src/train/data/dataset.ts';
import { folderOf, load, problemsOf, refusalOf } from './helpers.ts';

/** Loads a table that is the text of "data.csv". */
async function loadText(text: string | Uint8Array, knobs: object = {}, task?: Task): Promise<Dataset> {
  const folder = await folderOf({ 'data.csv': text });
  return load('csv', { file: 'data.csv', ...knobs }, { folder, ...(task && { task }) });
}

/** The problems of a wrong table, without the folder. */
async function problemsOfText(text: string, knobs: object = {}, task?: Task) {
  const problems = await problemsOf(() => loadText(text, knobs, task));
  return problems.map(({ where, ...rest }) => {
    expect(where!.file).toMatch(/\/data\.csv$/);
    const { line, column } = where!;
    return { ...rest, ...(line !== undefined && { at: [line, column] }) };
  });
}

describe('a table becomes a data set', () => {
  it('with the last column as classes: text', async () => {
    const data = await loadText('length,width,kind\n1.5,2,b\n-3e2,.5,a\n+4,0.25,b\n');
    expect(data).toEqual({
      task: 'classification',
      size: 3,
      inputShape: [2],
      inputs: Float32Array.of(1.5, 2, -300, 0.5, 4, 0.25),
      columns: ['length', 'width'],
      table: { header: true, delimiter: ',', skipRows: 0, inputs: [{ name: 'length' }, { name: 'width' }] },
      targetSize: 1,
      target: ['kind'],
      targets: Int32Array.of(1, 0, 1),
      classes: ['a', 'b'],
    });
  });
  it('with a few whole numbers as classes, in the order of numbers', async () => {
    const data = await loadText('x,y\n1,10\n2,9\n3,10\n');
    expect(data).toMatchObject({ task: 'classification', classes: ['9', '10'], targets: Int32Array.of(1, 0, 1) });
  });
  it('with numbers as values: fractions, or more than 20 of them', async () => {
    expect(await loadText('x,y\n1,10\n2,9.5\n')).toMatchObject({
      task: 'regression',
      targets: Float32Array.of(10, 9.5),
    });
    const rows = Array.from({ length: 21 }, (_, row) => `0,${row}`).join('\n');
    expect(await loadText(`x,y\n${rows}`)).toMatchObject({ task: 'regression' });
    expect(await loadText(`x,y\n${rows.slice(0, -5)}`)).toMatchObject({ task: 'classification' });
  });
  it('as the section says, where it does', async () => {
    const text = 'x,y\n1,1.0\n2,0\n3,1\n';
    expect(await loadText(text, {}, 'regression')).toMatchObject({ targets: Float32Array.of(1, 0, 1) });
    expect(await loadText(text, {}, 'classification')).toMatchObject({ classes: ['0', '1'] });
  });
  it('with several targets, in their order', async () => {
    const data = await loadText('a,b,c\n1,2,3\n4,5,6\n', { target: ['c', 'a'] });
    expect(data).toMatchObject({ task: 'regression', targetSize: 2, target: ['c', 'a'], columns: ['b'] });
    expect(data.targets).toEqual(Float32Array.of(3, 1, 6, 4));
  });
  it('with text columns as one-hot columns', async () => {
    const data = await loadText('color,x,y\nred,1,0.5\n"blue, dark",2,1.5\nred,3,2.5\n');
    expect(data).toMatchObject({ columns: ['color=blue, dark', 'color=red', 'x'], inputShape: [3] });
    expect(data.inputs).toEqual(Float32Array.of(0, 1, 1, 1, 0, 2, 0, 1, 3));
  });
  it('without the dropped columns', async () => {
    const data = await loadText('id,x,y\nq,1,0.5\nr,2,1.5\n', { drop: ['id'] });
    expect(data).toMatchObject({ columns: ['x'], inputs: Float32Array.of(1, 2) });
  });
  it('without a header: columns are c1, c2 and so on', async () => {
    const data = await loadText('0,1,2.5\n1,3,4.5\n', { header: false, target: 'c1' });
    expect(data).toMatchObject({ columns: ['c2', 'c3'], classes: ['0', '1'], inputs: Float32Array.of(1, 2.5, 3, 4.5) });
  });
  it('after the lines to pass over, quotes in them or not', async () => {
    const data = await loadText('made by "me\n\nx,y\n1,0.5\n', { skipRows: 2 });
    expect(data).toMatchObject({ columns: ['x'], size: 1 });
  });
  it.each([
    ['a byte order mark', '\uFEFFx,y\n1,0.5\n', {}],
    ['Windows line ends', 'x,y\r\n1,0.5\r\n', {}],
    ['empty lines', 'x,y\n\n1,0.5\n\n', {}],
    ['spaces around cells', 'x , "y"\n 1, 0.5 \n', {}],
    ['no line end after the last line', 'x,y\n1,0.5', {}],
    ['semicolons', 'x;y\n1;0.5\n', { delimiter: ';' }],
    ['tabs', 'x\ty\n1\t0.5\n', { delimiter: '\t' }],
  ])('with %s', async (_, text, knobs) => {
    expect(await loadText(text, knobs)).toMatchObject({
      columns: ['x'],
      target: ['y'],
      size: 1,
      targets: Float32Array.of(0.5),
    });
  });
  it('from a gzipped file, by its first bytes', async () => {
    expect(await loadText(gzipSync('x,y\n1,0.5\n'))).toMatchObject({ size: 1 });
  });
});

describe('a wrong table is refused with place and expectation:', () => {
  it('cells that are empty or no numbers, each with its place', async () => {
    expect(await problemsOfText('x,z,y\n1,2,0.5\n,2,0.5\n3,oops,1.5\n4,NaN,1.5\n5,6,-inf\n6,1e39,0\n')).toEqual([
      {
        message: 'the cell of column "x" is empty',
        expected: 'a number',
        hint: 'fill it in, remove the row, or leave the column out: "drop": ["x"]',
        at: [3, 1],
      },
      { message: '"oops" in column "z"', expected: 'a number', at: [4, 3] },
      expect.objectContaining({ message: '"NaN" in column "z"', expected: 'a number', at: [5, 3] }),
      { message: '1e39 in column "z" is too large', expected: 'a number below 3.4e38', at: [7, 3] },
    ]);
  });
  it('targets that are empty or no numbers', async () => {
    expect(await problemsOfText('x,y\n1,0.5\n2,\n3,1.5\n')).toMatchObject([
      { message: 'the cell of column "y" is empty' },
    ]);
    expect(await problemsOfText('x,y\n1,a\n2,\n3,b\n')).toMatchObject([{ expected: 'a class', at: [3, 3] }]);
  });
  it('with the line and a caret under the cell', async () => {
    const { message } = await refusalOf(() => loadText('name,x,y\n"a, b", 1,0.5\n"c, d", one,1.5\n"a, b", 2,1\n'));
    expect(message.split('\n').slice(1)).toEqual(['    "c, d", one,1.5', '            ^^^', '    expected a number']);
    expect(message).toMatch(/data\.csv:3:9: "one" in column "x"\n/);
  });
  it('rows of other lengths', async () => {
    expect(await problemsOfText('x,y\n1,2\n3\n4,5,6\n')).toEqual([
      { message: 'this row has 1 column', expected: '2 columns, as in the header', at: [3, 1] },
      { message: 'this row has 3 columns', expected: '2 columns, as in the header', at: [4, 5] },
    ]);
  });
  it('a first line that is no header', async () => {
    expect(await problemsOfText('150,4\n1,2,0\n3,4,1\n')).toMatchObject([
      { message: 'this row has 3 columns', hint: expect.stringContaining('"skipRows": 1'), at: [2, 5] },
    ]);
    expect(await problemsOfText('0,0,1\n1,0,1\n')).toMatchObject([
      { message: 'the header names two columns "0"', hint: expect.stringContaining('"header": false'), at: [1, 3] },
    ]);
  });
  it('ten problems at most, and how many more there are', async () => {
    const rows = Array.from({ length: 25 }, () => ',0.5').join('\n');
    const problems = await problemsOf(() => loadText(`x,y\n${rows}\n`));
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)!.message).toBe('and 15 more problems');
  });
  it('the right line after lines passed over, empty lines and cells of several lines', async () => {
    expect(await problemsOfText('#\n#\nx,s,y\n\n1,"a\nb",0.5\n2,"a\nb",oops\n3,c,2\n4,c,3\n', { skipRows: 2 })).toEqual(
      [{ message: '"oops" in column "y"', expected: 'a number', at: [8, undefined] }],
    );
  });
  it('quotes in the wrong places', async () => {
    const expected = 'double quotes around cells that hold a quote, a line break or ","';
    expect(await problemsOfText('x,y\n1,"2\n3,4\n5,6\n')).toEqual([
      { message: 'a quote opens in this row and never closes', expected, at: [2, 1] },
    ]);
    expect(await problemsOfText('#\nx,y\n1,2\n3,4"\n5,6\n', { skipRows: 1 })).toEqual([
      {
        message: expect.stringMatching(/^Invalid Opening Quote: a quote is found on field 1, value is "4"/),
        expected,
        at: [4, 1],
      },
    ]);
  });
  it('unknown columns, with the nearest name', async () => {
    const knobs = { target: ['price', 'prize'], drop: ['Size', 'colour'] };
    const problems = await problemsOf(() => loadText('price,size\n1,2\n', knobs));
    const expected = [
      { message: 'Size', path: ['drop', 0], hint: 'did you mean "size"?' },
      { message: 'colour', path: ['drop', 1], expected: '"price" or "size"' },
      { message: 'prize', path: ['target', 1], hint: 'did you mean "price"?' },
    ];
    expect(problems).toEqual(
      expected.map(({ message, path, ...others }) => ({
        message: `there is no column "${message}" in data.csv`,
        path: ['data', 'csv', ...path],
        ...others,
      })),
    );
  });
  it('a target that is dropped', async () => {
    expect(await problemsOfText('x,y\n1,2\n', { drop: ['y'] })).toEqual([
      { message: 'the column "y" is the target and cannot be dropped' },
    ]);
  });
  it('a column without a name, which is often a count of the rows', async () => {
    expect(await problemsOfText(',x,y\n0,1,0.5\n1,2,1.5\n')).toMatchObject([
      { message: 'column 1 has no name', hint: expect.stringContaining('"drop": [""]'), at: [1, 1] },
    ]);
    expect(await loadText(',x,y\n0,1,0.5\n1,2,1.5\n', { drop: [''] })).toMatchObject({ columns: ['x'] });
  });
  it('no inputs, as with the wrong delimiter', async () => {
    expect(await problemsOfText('x;y\n1;2\n')).toMatchObject([
      {
        message: 'no column is left for the inputs',
        hint: 'the only column is "x;y"; is the "delimiter" the right one?',
      },
    ]);
  });
  it('text columns with more than 50 values', async () => {
    const rows = Array.from({ length: 51 }, (_, row) => `n${row},0.5`).join('\n');
    expect(await problemsOfText(`name,y\n${rows}\n`)).toEqual([
      {
        message: 'the text column "name" has 51 different values',
        expected: 'numbers, or at most 50 different texts',
        hint: 'leave it out: "drop": ["name"]',
        at: [1, 1],
      },
    ]);
  });
  it('text for regression', async () => {
    expect(await problemsOfText('x,y\n1,a\n2,b\n', {}, 'regression')).toEqual([
      { message: 'the target column "y" holds text', expected: 'numbers, the targets of regression', at: [2, 3] },
    ]);
  });
  it('several target columns for classification', async () => {
    expect(await problemsOfText('x,y,z\n1,0,1\n', { target: ['y', 'z'] }, 'classification')).toMatchObject([
      { message: '2 target columns for classification: y, z', expected: 'one column with the class' },
    ]);
  });
  it('a single class', async () => {
    expect(await problemsOfText('x,y\n1,a\n2,a\n')).toMatchObject([
      { message: 'every example has the class "a"', expected: 'two classes or more', at: [1, 3] },
    ]);
  });
  it.each([
    ['the file has no rows', ''],
    ['the file has no rows', '\n\n'],
    ['the file has a header, but no rows', 'x,y\n'],
  ])('%s', async (message, text) => {
    expect(await problemsOfText(text)).toMatchObject([{ message }]);
  });
});

describe('a file that cannot be read', () => {
  it('is named with its whole path', async () => {
    const folder = await folderOf({});
    const { message } = await refusalOf(() => load('csv', { file: 'gone.csv' }, { folder }), 'FILE_UNREADABLE');
    expect(message).toBe(`${folder}/gone.csv: there is no such file`);
    const [other] = await problemsOf(() => load('csv', { file: '.' }, { folder }), 'FILE_UNREADABLE');
    expect(other!.message).toBe('this is a folder, not a file');
  });
  it('is damaged gzip data', async () => {
    const packed = gzipSync('x,y\n1,0.5\n');
    const [problem] = await problemsOf(() => loadText(packed.subarray(0, packed.length - 6)));
    expect(problem!.message).toMatch(/^the gzip data is damaged or cut short/);
  });
});
