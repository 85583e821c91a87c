/** The commit that a report names, in repositories made for it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { commitOf } from '../../src/report/commit.ts';
import { testFolder } from '../tune/test-folder.ts';

const folder = testFolder();
const here = process.cwd();
afterEach(() => process.chdir(here));

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' }).trim();
}

test('is that of the working folder, with what differs from it, but for the reports', async () => {
  process.chdir(folder);
  expect(await commitOf('reports')).toBeUndefined();
  git('init', '-q');
  expect(await commitOf('reports')).toBeUndefined();
  mkdirSync(join(folder, 'reports'));
  for (const name of ['a', 'reports/index.md']) writeFileSync(join(folder, name), 'x');
  git('add', '.');
  git('commit', '-qm', 'first');
  const commit = git('rev-parse', 'HEAD');
  expect(await commitOf('reports')).toBe(commit);
  // We write there every night; and what git does not know is no change.
  for (const name of ['new', 'reports/index.md']) writeFileSync(join(folder, name), 'y');
  expect(await commitOf('reports')).toBe(commit);
  writeFileSync(join(folder, 'a'), 'y');
  expect(await commitOf('reports')).toBe(`${commit}+changes`);
  // Reports that are elsewhere hide nothing.
  expect(await commitOf('/tmp')).toBe(`${commit}+changes`);
});
