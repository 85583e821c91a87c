/** NPZ files written by NumPy; the command that made them: test/golden/make-npz.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { folderOf, load, problemsOf, refusalOf } from './helpers.ts';

type Name = 'stored' | 'compressed' | 'parts' | 'named' | 'positional' | 'fortran';

const golden = JSON.parse(readFileSync(new URL('../../golden/npz.json', import.meta.url), 'utf8')) as {
  readonly x: readonly number[];
} & Readonly<Record<Name, string>>;

function bytesOf(name: Name): Buffer {
  return Buffer.from(golden[name], 'base64');
}

async function loadBytes(bytes: Uint8Array, knobs: object = {}): Promise<Dataset> {
  return load('npz', { file: 'data.npz', ...knobs }, { folder: await folderOf({ 'data.npz': bytes }) });
}

describe('NPZ files', () => {
  it.each(['stored', 'compressed'] as const)('%s', async name => {
    expect(await loadBytes(bytesOf(name))).toEqual({
      task: 'classification',
      size: 4,
      inputShape: [3],
      inputs: Float32Array.from(golden.x),
      targetSize: 1,
      targets: Int32Array.of(2, 0, 2, 1),
      classes: ['-1', '3', '7'],
    });
  });
  it("with Keras's names of parts have a test set, which comes last", async () => {
    const data = await loadBytes(bytesOf('parts'));
    expect(data).toMatchObject({
      size: 6,
      testSize: 2,
      inputShape: [3, 2, 1],
      targets: Int32Array.of(2, 0, 2, 1, 0, 2),
    });
    expect([...data.inputs]).toEqual([...Array(24).keys(), ...Array(12).keys()]);
  });
  it('with names of their own', async () => {
    const data = await loadBytes(bytesOf('named'), { inputs: 'features', targets: 'labels' });
    expect([...data.inputs]).toEqual(golden.x);
    const numbered = await loadBytes(bytesOf('positional'), { inputs: 'arr_0', targets: 'arr_1' });
    expect(numbered.inputs).toEqual(data.inputs);
    const test = { testInputs: 'features', testTargets: 'labels' };
    expect(await loadBytes(bytesOf('named'), { inputs: 'x', targets: 'labels', ...test })).toMatchObject({
      testSize: 4,
    });
    await expect(load('npz', { file: 'data.npz', testInputs: 'x' })).rejects.toThrow('needs both its arrays');
  });
});

describe('wrong NPZ files are named, with what was expected:', () => {
  it('arrays that are not there', async () => {
    const problems = await problemsOf(() => loadBytes(bytesOf('named'), { inputs: 'feature' }));
    expect(problems).toMatchObject([
      { message: 'there is no array "feature"', hint: 'did you mean "features"?' },
      { message: 'there is no array "y"' },
    ]);
    expect(problems[0]!.where!.file).toMatch(/\/data\.npz$/);
  });
  it('arrays that do not read', async () => {
    const [problem] = await problemsOf(() => loadBytes(bytesOf('fortran')));
    expect(problem!.message).toContain('column by column');
    expect(problem!.where!.file).toMatch(/\/data\.npz\/x\.npy$/);
  });
  it('another format, and a file cut short', async () => {
    for (const bytes of [Buffer.from('x,y\n1,2\n'), bytesOf('stored').subarray(0, 300)]) {
      const [problem] = await problemsOf(() => loadBytes(bytes));
      expect(problem!.message).toBe('the archive does not read: this is no complete zip archive');
      expect(problem!.expected).toMatch(/numpy\.savez/);
    }
  });
  it('a damaged array, stored or compressed', async () => {
    for (const name of ['stored', 'compressed'] as const) {
      const bytes = bytesOf(name);
      // The first array begins some 60 bytes into the archive and is longer than that.
      bytes[150]! ^= 0x55;
      expect((await problemsOf(() => loadBytes(bytes)))[0]!.message).toMatch(/^the archive does not read: /);
    }
  });
  it('a table of contents that promises more than the file has', async () => {
    const bytes = bytesOf('stored');
    const table = bytes.indexOf('PK\u0001\u0002');
    for (const at of [20, 24]) bytes.writeUInt32LE(0xfffffff0, table + at);
    expect((await problemsOf(() => loadBytes(bytes)))[0]!.message).toBe('the archive does not read: x.npy is damaged');
  });
  it('no file, and a folder', async () => {
    const folder = await folderOf({});
    const refused = (file: string) => refusalOf(() => load('npz', { file }, { folder }), 'FILE_UNREADABLE');
    expect((await refused('data.npz')).message).toContain('there is no such file');
    expect((await refused('.')).message).toContain('this is a folder, not a file');
  });
});
