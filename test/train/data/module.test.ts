/** Data made by modules of the user's. */
import { describe, expect, it } from 'vitest';
import type { Dataset, Task } from '../../../src/train/data/dataset.ts';
import { folderOf, load, problemsOf } from './helpers.ts';

async function loadModule(source: string, options: { seed?: number; task?: Task } = {}): Promise<Dataset> {
  return load('module', { file: 'data.mjs' }, { folder: await folderOf({ 'data.mjs': source }), ...options });
}

describe('a data module', () => {
  it('gives arrays, with the study’s seed', async () => {
    const source = `export default ({ seed }) => ({ inputs: [[seed, 2], [3, 4]], targets: ['b', 'a'], columns: ['u', 'v'] });`;
    expect(await loadModule(source, { seed: 7 })).toEqual({
      task: 'classification',
      size: 2,
      inputShape: [2],
      inputs: Float32Array.of(7, 2, 3, 4),
      targetSize: 1,
      targets: Int32Array.of(1, 0),
      classes: ['a', 'b'],
      columns: ['u', 'v'],
    });
  });
  it('may wait, and reads files beside the space file', async () => {
    const source = `
      import { readFile } from 'node:fs/promises';
      import { join } from 'node:path';
      export default async function data({ folder }) {
        const rows = (await readFile(join(folder, 'rows.txt'), 'utf8')).trim().split('\\n').map(Number);
        return { inputs: Float32Array.from(rows), inputShape: [1], targets: Float32Array.from(rows, x => x * x) };
      }`;
    const folder = await folderOf({ 'data.mjs': source, 'rows.txt': '0.5\n1.5\n2.5\n' });
    const data = await load('module', { file: 'data.mjs' }, { folder });
    expect(data).toMatchObject({ task: 'regression', size: 3, inputs: Float32Array.of(0.5, 1.5, 2.5) });
    expect(data.targets).toEqual(Float32Array.of(0.25, 2.25, 6.25));
  });
  it('has the task that the section says', async () => {
    const source = `export default () => ({ inputs: [1, 2, 3], targets: [0, 1, 1] });`;
    expect(await loadModule(source)).toMatchObject({ task: 'classification' });
    expect(await loadModule(source, { task: 'regression' })).toMatchObject({ task: 'regression' });
  });
});

describe('wrong data modules are named, with what was expected:', () => {
  it.each([
    ['no JavaScript', 'export default (', /^the module did not load: /],
    ['no default function', 'export const data = 1;', /^no default export that is a function$/],
    [
      'a failure',
      `export default () => { throw new Error('no such table'); };`,
      /^the function failed: no such table$/,
    ],
    ['nothing given', 'export default () => {};', /^the function gave undefined$/],
    [
      'doubles',
      'export default () => ({ inputs: new Float64Array(2), targets: [1, 2] });',
      /^the function gave \{ inputs: Float64Array, targets: Array \}$/,
    ],
    [
      'unequal lengths',
      'export default () => ({ inputs: [[1], [2]], targets: [1] });',
      /^there are 1 targets for 2 examples$/,
    ],
    ['no number', 'export default () => ({ inputs: [[1], [NaN]], targets: [1, 2] });', /^inputs\[1\]\[0\] is NaN$/],
  ])('%s', async (_, source, message) => {
    const [problem] = await problemsOf(() => loadModule(source));
    expect(problem!.message).toMatch(message);
    expect(problem!.where!.file).toMatch(/\/data\.mjs$/);
  });
  it('one that is not there', async () => {
    const [problem] = await problemsOf(() => load('module', { file: 'missing.js' }));
    expect(problem!.message).toMatch(/^the module did not load: Cannot find module/);
  });
});
