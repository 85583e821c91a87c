/** `tune <space.json>` and `tune init`, as a shell sees them: real training in real processes. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { curve, moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { childrenOf, isAlive, runTune, startTune, type Ended, type Program } from './program.ts';

const folder = testFolder();
const inFolder = { cwd: folder };

function write(name: string, contents: string | Uint8Array | object): string {
  const isRaw = typeof contents === 'string' || contents instanceof Uint8Array;
  writeFileSync(join(folder, name), isRaw ? contents : JSON.stringify(contents));
  return name;
}

function journalOf(study: string): string {
  return join(folder, 'reports', study, 'journal.log');
}

/** The only report of a study. */
function reportOf(study: string): { folder: string; report: any } {
  const [date, ...others] = readdirSync(join(folder, 'reports', study)).filter(name => /^\d{4}-/.test(name));
  expect(others).toEqual([]);
  const path = join(folder, 'reports', study, date!);
  return { folder: path, report: JSON.parse(readFileSync(join(path, 'report.json'), 'utf8')) };
}

describe('a run', () => {
  let ended: Ended;

  beforeAll(async () => {
    write('moons.json', moons);
    ended = await runTune(['moons.json', '--trials', '3'], inFolder);
  });

  test('prints the result, and nothing else, on stdout', () => {
    const [headline, test, ...rest] = ended.out.split('\n');
    expect(headline).toMatch(/^moons: valLoss 0\.\d+ \(trial \d, epoch \d\), /);
    expect(test).toMatch(/^test score: loss 0\.\d+, accuracy \d(\.\d+)? on 30 rows that no trial has seen$/);
    expect(rest.join('\n')).toMatch(
      /^3 complete, 0 pruned, 0 failed, in .+; ended with the last trial of the budget$/m,
    );
    for (const name of ['model', 'report', 'as JSON', 'journal']) expect(ended.out).toContain(`\n${name} `);
    expect(ended).toMatchObject({ code: 0, signal: null });
  });

  test('tells on stderr how it goes, line by line', () => {
    const lines = ended.err.trimEnd().split('\n');
    expect(lines).toContain('reading the data …');
    expect(lines).toContainEqual(expect.stringMatching(/^moons: 3 trials, \d+ at once$/));
    expect(lines.filter(line => /^[123]\/3 {2}trial [012] complete {2}/.test(line))).toHaveLength(3);
    expect(lines.at(-1)).toBe('saving the best model …');
  });

  test('with --json is one JSON document on stdout', async () => {
    const { out, code } = await runTune(['moons.json', '--trials', '3', '--json'], inFolder);
    const { report } = reportOf('moons');
    expect(JSON.parse(out)).toMatchObject({ study: 'moons', stopped: 'trials', report });
    expect(code).toBe(0);
  });

  test('with --quiet says nothing but the result', async () => {
    const args = ['moons.json', '--trials', '1', '--quiet', '--reports', 'quiet'];
    const { code, out, err } = await runTune(args, inFolder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^moons: valLoss /);
  });
});

/** A terminal sends the signal to every process of the group. */
function pressCtrlC({ child }: Program): void {
  process.kill(-child.pid!, 'SIGINT');
}

describe('Ctrl-C', () => {
  /** Starts a study in a terminal and presses Ctrl-C once the journal says so. */
  async function interrupted(name: string, study: object, when: RegExp): Promise<Program> {
    write(`${name}.json`, { ...study, name, budget: { trials: 1000 } });
    const program = startTune([`${name}.json`], { ...inFolder, detached: true });
    await vi.waitFor(async () => expect(await readFile(journalOf(name), 'utf8')).toMatch(when), { timeout: 30_000 });
    pressCtrlC(program);
    return program;
  }

  test('ends the study in order: report, best model, exit code 130', async () => {
    const { ended } = await interrupted('once', moons, /"datetime_complete"/);
    const { code, out, err } = await ended;
    expect(code).toBe(130);
    expect(err).toContain(
      'interrupted: the running trials are saved and go on with the study, then a report is written',
    );
    expect(err.trimEnd().split('\n').at(-1)).toBe('saving the best model …');
    expect(out).toContain('the same command goes on with it');
    const { folder: written, report } = reportOf('once');
    expect(report).toMatchObject({ run: { stopped: 'interrupted' }, cost: { counts: { failed: 0 } } });
    expect(readdirSync(join(written, 'model'))).toContain('model.json');
  });

  test('ends a trial in the middle of an epoch; it runs again when the study goes on', async () => {
    // An epoch of half a million steps.
    const study = { ...moons, data: { twoMoons: { examples: 700_000 } }, train: { ...moons.train, batchSize: 1 } };
    const { ended } = await interrupted('within', study, /"op_code":4/);
    const { code, out, err } = await ended;
    expect(code).toBe(130);
    expect(err).not.toContain('epoch 1');
    expect(out).toContain('the same command goes on with it');
    const { counts } = reportOf('within').report.cost as { counts: Record<string, number> };
    expect(counts).toMatchObject({ complete: 0, failed: 0 });
    expect(counts['interrupted']).toBeGreaterThan(0);
  });

  test('twice ends at once', async () => {
    write('stuck.mjs', 'export default () => new Promise(() => setInterval(() => {}, 1000));');
    const { space } = moons;
    const program = await interrupted('twice', { space, trainer: './stuck.mjs' }, /"op_code":4/);
    await program.says(/press Ctrl-C again/);
    const pressed = performance.now();
    pressCtrlC(program);
    const { code, out } = await program.ended;
    expect(performance.now() - pressed).toBeLessThan(2000);
    expect({ code, out }).toEqual({ code: 130, out: '' });
  });

  test.skipIf(process.platform !== 'linux')('while trainers start is no error either', async () => {
    const program = startTune([write('early.json', { ...moons, name: 'early' })], { ...inFolder, detached: true });
    await vi.waitFor(() => expect(childrenOf(program.child)).toHaveLength(1), { timeout: 30_000, interval: 5 });
    pressCtrlC(program);
    const { code, err } = await program.ended;
    expect(err).not.toContain('error:');
    expect(code).toBe(130);
  });
});

describe('what goes wrong', () => {
  test('no trial that completes: exit code 1, with advice and a report', async () => {
    write('hopeless.json', { ...curve, name: 'hopeless', train: { optimizer: { sgd: 100 } }, space: {} });
    const { code, out, err } = await runTune(['hopeless.json', '--trials', '1'], inFolder);
    expect(code).toBe(1);
    expect(out).toContain('hopeless: No trial completed: 1 failed, 0 pruned.');
    expect(err).toContain('trial 0 failed  nan: ');
    expect(err).toContain('lower learning rates');
    expect(reportOf('hopeless').report.failures).toMatchObject([{ cause: 'nan', count: 1 }]);
  });

  test('a data file that is not there: exit code 2, with its path', async () => {
    write('no-data.json', { data: { csv: 'nothing.csv' } });
    const { code, out, err } = await runTune(['no-data.json'], inFolder);
    expect(err).toContain(join(folder, 'nothing.csv'));
    expect(err).not.toMatch(/\n\s+at /);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a network that does not fit the data: exit code 2, with its place in the file', async () => {
    const file = '{\n  "data": { "twoMoons": {} },\n  "model": { "layers": [{ "conv2d": 8 }] }\n}\n';
    const { code, err } = await runTune([write('misfit.json', file)], inFolder);
    expect(err).toMatch(/^error: misfit\.json:3:\d+: layer 1: conv2d got examples of shape \[2\]/m);
    expect(code).toBe(2);
  });

  test('a trainer module without a trainer: exit code 2, with its path', async () => {
    write('empty.mjs', '');
    const { code, out, err } = await runTune([write('module.json', { trainer: './empty.mjs' })], inFolder);
    expect(err).toContain(`${join(folder, 'empty.mjs')}: no default export that is a function`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a place that cannot hold reports: exit code 1, with its path', async () => {
    write('file', '');
    const { code, err } = await runTune([write('nowhere.json', moons), '--reports', 'file'], inFolder);
    expect(err).toContain(`error: ${join(folder, 'file', 'moons')}: `);
    expect(err).toContain('choose another folder');
    expect(code).toBe(1);
  });

  test('another parameter: exit code 2, with the ways out', async () => {
    await runTune([write('changed.json', { ...moons, name: 'changed' }), '--trials', '1'], inFolder);
    write('changed.json', {
      ...moons,
      name: 'changed',
      space: { ...moons.space, units: { type: 'int', low: 2, high: 16, step: 2 } },
    });
    const { code, err } = await runTune(['changed.json', '--trials', '2'], inFolder);
    expect(err).toContain('--fresh');
    expect(code).toBe(2);
  });

  test('no native backend within reach: exit code 3, with the ways out', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    write('unreached.json', { ...moons, name: 'unreached' });
    const { code, out, err } = await runTune(['unreached.json'], {
      ...inFolder,
      env: { PATH: empty, HOME: empty, XDG_CACHE_HOME: empty },
    });
    expect(err).toContain('no C++ compiler was found (g++, c++, clang++)');
    expect(err).toContain('npm rebuild @tensorflow/tfjs-node');
    expect(err).toContain('tune doctor --fix');
    expect(err).not.toMatch(/\n\s+at /);
    expect({ code, out }).toEqual({ code: 3, out: '' });
  });
});

describe.skipIf(process.platform !== 'linux')('a program that is killed', () => {
  test('leaves no trainer host behind', async () => {
    const program = startTune([write('orphans.json', { ...moons, name: 'orphans' }), '--trials', '1000'], inFolder);
    await program.says(/trial 0 complete/);
    const hosts = childrenOf(program.child);
    expect(hosts).toHaveLength(1);
    program.child.kill('SIGKILL');
    await vi.waitFor(() => expect(hosts.filter(isAlive)).toEqual([]), { timeout: 5000 });
  });
});

describe('tune init', () => {
  /** Thirty rows, two features, two classes. */
  const table = Array.from({ length: 30 }, (_, row) => `${row},${(row * 7) % 11},${row % 2 ? 'odd' : 'even'}`);

  function idx(shape: readonly number[], valueAt: (index: number) => number): Uint8Array {
    const size = shape.reduce((product, side) => product * side, 1);
    const sides = Buffer.alloc(4 * shape.length);
    shape.forEach((side, axis) => sides.writeUInt32BE(side, 4 * axis));
    return Buffer.concat([
      Buffer.from([0, 0, 8, shape.length]),
      sides,
      Uint8Array.from({ length: size }, (_, index) => valueAt(index)),
    ]);
  }

  beforeAll(() => {
    write('my table.csv', ['a,b,parity', ...table, ''].join('\n'));
    write(
      'images.idx',
      idx([40, 8, 8], index => (index * 37) % 256),
    );
    write(
      'labels.idx',
      idx([40], index => index % 4),
    );
  });

  test.each([
    ['a CSV file', ['my table.csv'], 'my-table', '30 examples (classification)'],
    ['an IDX pair', ['images.idx', 'labels.idx'], 'images', '40 examples (classification)'],
    ['nothing', [], 'digits', '1500 examples (classification)'],
  ])('for %s writes a file that is valid and runs', { timeout: 120_000 }, async (_, data, study, found) => {
    const output = `${study}.json`;
    const init = await runTune(['init', ...data, '--output', output], inFolder);
    expect(init).toMatchObject({ code: 0, err: '' });
    expect(init.out).toContain(`for ${found}`);
    expect(init.out).toContain(`next: npx tune ${output}`);
    const validate = await runTune(['validate', output], inFolder);
    expect(validate).toMatchObject({ code: 0, err: '' });
    expect(validate.out).toContain(`is valid: study ${study}, `);
    const limits = ['--trials', '1', '--trial-duration', '10s', '--quiet'];
    const { code, out } = await runTune([output, ...limits], inFolder);
    expect(out).toContain(`${study}: valLoss `);
    expect(code).toBe(0);
  });

  test('replaces no file unless told to', async () => {
    write('precious.json', 'precious');
    const refused = await runTune(['init', 'my table.csv', '--output', 'precious.json'], inFolder);
    expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('precious.json exists') });
    expect(readFileSync(join(folder, 'precious.json'), 'utf8')).toBe('precious');
    const forced = await runTune(['init', 'my table.csv', '--output', 'precious.json', '--force'], inFolder);
    expect(forced).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(folder, 'precious.json'), 'utf8')).toContain('"csv": { "file": "my table.csv" }');
  });

  test.each([
    [['nowhere.csv'], 'nowhere.csv'],
    [['images.idx'], 'needs the labels in a second file'],
    [['my table.csv', 'labels.idx'], 'labels.idx is one file too many'],
    [['my table.csv', '--target', 'partiy'], 'parity'],
  ])('%j is refused with advice and writes nothing', async (args, advice) => {
    const { code, out, err } = await runTune(['init', ...args, '--output', 'unwritten.json'], inFolder);
    expect(err).toContain(advice);
    expect(err).not.toMatch(/\n\s+at /);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(readdirSync(folder)).not.toContain('unwritten.json');
  });
});
