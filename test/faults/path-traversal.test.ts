/** Row 19: names, links and paths that lead out of the folders they belong to: nothing out there is opened or made. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../cli/program.ts';
import { testFolder } from '../tune/test-folder.ts';
import { say } from './soak.ts';

const folder = realpathSync(testFolder());
const outside = join(folder, 'outside');
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Told {
  readonly kind: string;
  readonly payload: string;
  readonly outcomes: readonly string[];
}

let told: readonly Told[];
let before: readonly string[];
/** By name, as the process gave them to Node, and to the system. */
let opened: readonly string[];

/** The system's own record, where there is one. */
const hasStrace = spawnSync('strace', ['-V']).status === 0;

beforeAll(() => {
  mkdirSync(join(folder, 'inside', 'reports'), { recursive: true });
  mkdirSync(join(outside, 'study', '2030-01-01'), { recursive: true });
  for (const name of ['weights.bin', 'secret.png', 'study/journal.log', 'study/2030-01-01/report.json'])
    writeFileSync(join(outside, name), '');
  before = readdirSync(outside, { recursive: true }) as string[];
  const record = join(folder, 'opened.jsonl');
  const trace = join(folder, 'strace.log');
  const node = [
    process.execPath,
    '--import',
    beside('opens.mjs'),
    beside('outside.mjs'),
    folder,
    `file://${join(root, 'dist')}/`,
  ];
  const watched = hasStrace
    ? ['strace', '-f', '-s', '4096', '-e', 'trace=open,openat,creat,mkdir,rename', '-o', trace]
    : [];
  const [command, ...args] = [...watched, ...node];
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const out = execFileSync(command!, args, {
    cwd: join(folder, 'inside'),
    encoding: 'utf8',
    env: { PATH, HOME, XDG_CACHE_HOME, OPENED: record },
    maxBuffer: 2 ** 26,
  });
  told = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Told);
  const asked = readFileSync(record, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as string);
  const traced = hasStrace
    ? [...readFileSync(trace, 'utf8').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path]) => path!)
    : [];
  opened = [...new Set([...asked, ...traced])].map(path => resolve(folder, 'inside', path));
}, 300_000);

const outcomesOf = (kind: string): readonly Told[] => told.filter(each => each.kind === kind);

test('names that are no names are refused, wherever they are given', () => {
  const refused = ['SPACE_INVALID', 'USAGE', 'SPACE_INVALID', 'SPACE_INVALID', 'STUDY_UNKNOWN'];
  expect(outcomesOf('name').filter(({ outcomes }) => outcomes.join() !== refused.join())).toEqual([]);
});

test('links that lead out of the folder of studies are not followed', () => {
  for (const { payload, outcomes } of outcomesOf('link'))
    expect([payload, ...outcomes]).toEqual([
      payload,
      'STORAGE_FAILED',
      payload.endsWith('heckpoints') ? 'none' : 'STUDY_UNKNOWN',
    ]);
  expect(outcomesOf('report').map(({ outcomes }) => outcomes)).toEqual([['left alone'], ['left alone']]);
  expect(outcomesOf('names').map(({ outcomes }) => outcomes)).toEqual([['']]);
});

test('neither are those of models and images, nor what no file can be called', () => {
  const others = ['weights', 'images', 'data', 'trainer'].flatMap(outcomesOf);
  for (const { payload, outcomes } of others)
    expect([payload, ...outcomes]).toEqual([
      payload,
      expect.stringMatching(/^(DATA|TRAINER)_INVALID$|^FILE_UNREADABLE$/),
    ]);
});

test('nothing outside is opened or made', () => {
  const led = (path: string): string => {
    try {
      return realpathSync(path);
    } catch {
      return path === dirname(path) ? path : join(led(dirname(path)), path.slice(dirname(path).length));
    }
  };
  const isOutside = (path: string): boolean =>
    `${led(path)}${sep}`.startsWith(outside + sep) || led(path) === '/etc/passwd';
  expect(opened.length).toBeGreaterThan(500);
  expect(opened.filter(isOutside)).toEqual([]);
  expect(readdirSync(outside, { recursive: true })).toEqual(before);
  const payloads = ['name', 'link', 'report', 'weights', 'images', 'data', 'trainer'].flatMap(outcomesOf).length;
  expect(payloads).toBeGreaterThanOrEqual(60);
  say(
    `${payloads} payloads, ${opened.length} paths opened${hasStrace ? ', by the record of strace' : ''}, none outside`,
  );
});
