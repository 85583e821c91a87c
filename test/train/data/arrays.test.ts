/** Data sets from arrays in code. */
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/errors.ts';
import { datasetFromArrays, type ArrayData } from '../../../src/train/data/arrays.ts';
import { problemsOf } from './helpers.ts';

function problemsWith(data: unknown): Promise<readonly Problem[]> {
  return problemsOf(() => datasetFromArrays(data as ArrayData));
}

describe('datasetFromArrays', () => {
  it('takes rows of numbers and texts', () => {
    expect(
      datasetFromArrays({
        inputs: [
          [1, 2],
          [3, 4],
        ],
        targets: ['b', 'a'],
        columns: ['x', 'y'],
      }),
    ).toEqual({
      task: 'classification',
      size: 2,
      inputShape: [2],
      inputs: Float32Array.of(1, 2, 3, 4),
      targetSize: 1,
      targets: Int32Array.of(1, 0),
      classes: ['a', 'b'],
      columns: ['x', 'y'],
    });
  });
  it('takes single numbers as one feature', () => {
    expect(datasetFromArrays({ inputs: [1, 2], targets: [0.5, 2] })).toMatchObject({
      inputShape: [1],
      task: 'regression',
    });
  });
  it('takes images as nested lists, with or without channels', () => {
    const inputs = [
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      [
        [
          [7, 8],
          [9, 10],
          [11, 12],
        ],
      ],
    ];
    const data = datasetFromArrays({ inputs, targets: [0, 1] });
    expect(data).toMatchObject({ size: 2, inputShape: [1, 3, 2] });
    expect([...data.inputs]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(datasetFromArrays({ inputs: inputs[0]!, targets: [1], task: 'regression' })).toMatchObject({
      inputShape: [3, 2, 1],
    });
  });
  it('takes flat typed arrays with the shape of an example, without a copy', () => {
    const inputs = new Uint8Array(24);
    const data = datasetFromArrays({ inputs, inputShape: [3, 4], targets: [0, 1] });
    expect(data).toMatchObject({ size: 2, inputShape: [3, 4, 1] });
    expect(data.inputs).toBe(inputs);
  });
  it('gives rows another shape of as many numbers', () => {
    const data = datasetFromArrays({ inputs: [[1, 2, 3, 4]], inputShape: [2, 2, 1], targets: [0.5] });
    expect(data.inputShape).toEqual([2, 2, 1]);
  });
  it('may have a test set of its own at its end', async () => {
    const arrays = { inputs: [1, 2, 3], targets: [0.5, 1.5, 2.5] };
    expect(datasetFromArrays({ ...arrays, testSize: 2 })).toMatchObject({ size: 3, testSize: 2 });
    for (const testSize of [0, 3, 1.5])
      expect(await problemsWith({ ...arrays, testSize })).toMatchObject([
        { message: `testSize is ${testSize} of 3 examples`, expected: expect.stringContaining('leaves some') },
      ]);
  });
  it('has a few whole numbers as classes, and others as values, unless the task is given', () => {
    const inputs = [[1], [2], [3]];
    expect(datasetFromArrays({ inputs, targets: [5, 3, 5] })).toMatchObject({ classes: ['3', '5'] });
    expect(datasetFromArrays({ inputs, targets: Int32Array.of(5, 3, 5) })).toMatchObject({ classes: ['3', '5'] });
    const values = datasetFromArrays({ inputs, targets: [5, 3, 5], task: 'regression' });
    expect(values).toMatchObject({ targetSize: 1, targets: Float32Array.of(5, 3, 5) });
    const rows = datasetFromArrays({
      inputs,
      targets: [
        [5, 1],
        [3, 2],
        [5, 3],
      ],
    });
    expect(rows).toMatchObject({ task: 'regression', targetSize: 2, targets: Float32Array.of(5, 1, 3, 2, 5, 3) });
  });
  it('has named classes by name or number', () => {
    const classes = ['dog', 'cat', 'none'];
    const targets = Int32Array.of(1, 0);
    expect(datasetFromArrays({ inputs: [[1], [2]], targets: [1, 0], classes })).toMatchObject({ classes, targets });
    expect(datasetFromArrays({ inputs: [[1], [2]], targets: ['cat', 'dog'], classes })).toMatchObject({
      classes,
      targets,
    });
  });
});

describe('datasetFromArrays refuses, with the element:', () => {
  it('rows of other lengths', async () => {
    expect(await problemsWith({ inputs: [[1, 2], [3], [4, 5], 6], targets: [0, 1, 0, 1] })).toEqual([
      { message: 'inputs[1] is a list of 1', expected: 'a list of 2, as in inputs[0]' },
      { message: 'inputs[3] is 6', expected: 'a list of 2, as in inputs[0]' },
    ]);
  });
  it('what is no finite number, however deep', async () => {
    expect(
      await problemsWith({ inputs: [[[1, 2]], [[1, NaN]], [['3', 4]], [[[5], 6]]], targets: [0, 1, 0, 1] }),
    ).toEqual([
      { message: 'inputs[1][0][1] is NaN', expected: 'a finite number below 3.4e38' },
      { message: 'inputs[2][0][0] is 3', expected: 'a finite number below 3.4e38' },
      { message: 'inputs[3][0][0] is a list of 1', expected: 'a finite number below 3.4e38' },
    ]);
    expect(
      await problemsWith({ inputs: Float32Array.of(1, Infinity), inputShape: [1], targets: [0, 1] }),
    ).toMatchObject([{ message: 'inputs[1] is Infinity' }]);
  });
  it.each([
    ['there are no examples: inputs is empty', { inputs: [], targets: [] }],
    ['the shape of an example is [0]', { inputs: [[]], targets: [1] }],
    ['the shape of an example is [1, 1, 1, 1]', { inputs: [[[[[1]]]]], targets: [1] }],
    ['inputs has 4 numbers and no inputShape', { inputs: new Float32Array(4), targets: [0, 1] }],
    ['inputs has 4 numbers, inputShape is [3]', { inputs: new Float32Array(4), inputShape: [3], targets: [0] }],
    ['the shape of an example is [0.5]', { inputs: new Float32Array(4), inputShape: [0.5], targets: [0] }],
    ['inputs[0] has 2 numbers', { inputs: [[1, 2]], inputShape: [3], targets: [0] }],
    ['there are 1 columns for inputs of the shape [2]', { inputs: [[1, 2]], targets: [0.5], columns: ['x'] }],
    ['there are 3 targets for 2 examples', { inputs: [[1], [2]], targets: [0, 1, 2] }],
    ['targets[1] is "a"', { inputs: [[1], [2]], targets: [1, 'a'] }],
    ['targets[1] is NaN', { inputs: [[1], [2]], targets: [0.5, NaN] }],
    ['targets[1] is 0.5', { inputs: [[1], [2]], targets: [1, 0.5], task: 'classification' }],
    ['targets[1] is [1]', { inputs: [[1], [2]], targets: [[1, 2], [1]] }],
    ['targets[0] is []', { inputs: [[1]], targets: [[]] }],
    ['targets[1] is "bird"', { inputs: [[1], [2]], targets: ['dog', 'bird'], classes: ['dog', 'cat'] }],
    ['targets[1] is 2', { inputs: [[1], [2]], targets: [0, 2], classes: ['dog', 'cat'] }],
    ['every example has the class "a"', { inputs: [[1], [2]], targets: ['a', 'a'] }],
  ])('%s', async (message, data) => {
    expect((await problemsWith(data))[0]!.message).toBe(message);
  });
  it('ten elements at most', async () => {
    const problems = await problemsWith({ inputs: new Float32Array(15).fill(NaN), inputShape: [1], targets: [] });
    expect(problems.at(-1)!.message).toBe('and 5 more problems');
  });
});
