/** Runs the fault tests in full, one file after the other: `npm run soak`, or some: `npm run soak -- kill disk`. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const isLong = path => path.startsWith(join('test', 'faults')) || readFileSync(path, 'utf8').includes('TUNE_SOAK');
const files = readdirSync('test', { recursive: true })
  .map(name => join('test', name))
  .filter(path => path.endsWith('.test.ts') && isLong(path));
const wanted = process.argv.slice(2);
const chosen = files.filter(path => wanted.length === 0 || wanted.some(part => path.includes(part)));
const { TUNE_SOAK_SEED = String(randomInt(2 ** 31)) } = process.env;
console.log(`TUNE_SOAK_SEED=${TUNE_SOAK_SEED} npm run soak${wanted.length > 0 ? ` -- ${wanted.join(' ')}` : ''}`);
const { status } = spawnSync('npx', ['vitest', 'run', '--no-file-parallelism', '--reporter=verbose', ...chosen], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, TUNE_SOAK: '1', TUNE_SOAK_SEED },
});
process.exitCode = status ?? 1;
