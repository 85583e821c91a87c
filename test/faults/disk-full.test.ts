/** Row 6: no room on the disk, for the journal, for weights, for the report, for the model. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { root, runTune } from '../cli/program.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { say } from './soak.ts';

const folder = testFolder();
const preload = fileURLToPath(new URL('full-disk.mjs', import.meta.url));

/** Runs a study of four trials while there is no room for files of a kind. */
function runWithout(room: string, name: string) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...moons, name }));
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const env = { PATH, HOME, XDG_CACHE_HOME, NODE_OPTIONS: `--import ${preload}`, FULL_DISK: room };
  return runTune([`${name}.json`, '--slots', '2'], { cwd: folder, env });
}

const trialsOf = async (name: string) =>
  fold(await readJournal(join(folder, 'reports', name, 'journal.log'))).trials.map(({ state, value }) => ({
    state,
    value,
  }));
const complete = { state: 'complete', value: expect.any(Number) as number };

test('for the report: the study is whole, and the same command writes its report', async () => {
  const { code, out, err } = await runWithout('/report\\.(json|md)', 'report');
  expect({ code, out }).toEqual({ code: 5, out: '' });
  expect(err).toMatch(
    /^error: .*\/reports\/report\/\d{4}-\d\d-\d\d: the report could not be written: ENOSPC: .*; [\d.]+ [kMGT]?B are free there$/m,
  );
  expect(err).toContain('Free some disk space and run the same command again');
  const before = await trialsOf('report');
  expect(before).toEqual([complete, complete, complete, complete]);
  expect(await runTune(['report.json'], { cwd: folder })).toMatchObject({ code: 0 });
  expect(await trialsOf('report')).toEqual(before);
});

test('for the model: there is a report, and the same command saves the model', async () => {
  const { code, err } = await runWithout('/model/(model|weights)', 'model');
  expect(err).toMatch(/^error: .*\/model: the model could not be saved: ENOSPC: .*; [\d.]+ [kMGT]?B are free there$/m);
  expect(code).toBe(5);
  const reports = (): readonly string[] =>
    readdirSync(join(folder, 'reports', 'model')).filter(name => /^\d{4}-/.test(name));
  const [first] = reports();
  expect(readdirSync(join(folder, 'reports', 'model', first!)).toSorted()).toEqual([
    'report.html',
    'report.json',
    'report.md',
  ]);
  const before = await trialsOf('model');
  expect(await runTune(['model.json'], { cwd: folder })).toMatchObject({ code: 0 });
  expect(await trialsOf('model')).toEqual(before);
  const second = reports().find(name => name !== first)!;
  expect(existsSync(join(folder, 'reports', 'model', second, 'model', 'weights.bin'))).toBe(true);
});

test('for the weights of trials: their values are kept, and the best model is trained once more', async () => {
  const { code, err } = await runWithout('/checkpoints/', 'weights');
  expect(err).toContain('the weights of trial 0 are not kept: ENOSPC');
  expect(await trialsOf('weights')).toEqual([complete, complete, complete, complete]);
  expect(code).toBe(0);
  const report = readdirSync(join(folder, 'reports', 'weights')).find(name => /^\d{4}-/.test(name));
  expect(existsSync(join(folder, 'reports', 'weights', report!, 'model', 'weights.bin'))).toBe(true);
});

/** A shell with a file system of its own may mount a disk that is as small as it likes. */
const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!canMount)('for the journal, on a disk of 64 KB', async () => {
  writeFileSync(join(folder, 'small.json'), JSON.stringify({ ...moons, name: 'small', budget: { trials: 100_000 } }));
  // What the disk holds when the program has ended is copied to where it can be seen; then there is room, and it goes on.
  const script = `mkdir -p disk kept && mount -t tmpfs -o size=64k tmpfs disk || exit 99
    "$NODE" "$MAIN" small.json --reports disk --slots 4 2>first.err; echo $? >first.code
    cp -r disk/small kept/first && mount -o remount,size=64m disk
    "$NODE" "$MAIN" small.json --reports disk --slots 4 --trials $(grep -c '"op_code":4' disk/small/journal.log) 2>second.err; echo $? >second.code
    cp -r disk/small kept/second`;
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const NODE = process.execPath;
  const MAIN = join(root, 'dist', 'cli', 'main.js');
  const shell = spawn('unshare', ['-rm', 'bash', '-c', script], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH, HOME, XDG_CACHE_HOME, NODE, MAIN },
  });
  await once(shell, 'close');
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  expect(text('first.err')).toMatch(
    /^error: disk\/small\/journal\.log: .*|^error: .*\/disk\/small\/journal\.log: cannot write: ENOSPC: .*; \d+ B are free there$/m,
  );
  expect(text('first.code')).toBe('5\n');
  const first = fold(await readJournal(join(folder, 'kept', 'first', 'journal.log'))).trials;
  const acknowledged = [...text('first.err').matchAll(/trial (\d+) complete /g)].map(([, id]) => Number(id));
  expect(acknowledged.length).toBeGreaterThan(3);
  for (const id of acknowledged) expect(first[id]).toMatchObject({ state: 'complete' });
  expect(text('second.code')).toBe('0\n');
  const second = fold(await readJournal(join(folder, 'kept', 'second', 'journal.log'))).trials;
  for (const trial of first.filter(({ state }) => state === 'complete')) expect(second[trial.id]).toEqual(trial);
  expect(second.filter(({ state }) => state !== 'complete')).toEqual([]);
  say(`64 KB hold ${first.length} trials, ${acknowledged.length} acknowledged; all are there`);
});
