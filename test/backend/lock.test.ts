import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { withLock } from '../../src/backend/lock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  path = join(folder, 'lock');
});

const module = new URL('../../dist/backend/lock.js', import.meta.url).href;

/** A process that holds the lock for a while and writes down when it has it. */
function owner(milliseconds: number): ReturnType<typeof spawn> {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(module)};
    await withLock(${JSON.stringify(path)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'in ');
      await new Promise(resolve => setTimeout(resolve, ${milliseconds}));
      appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'out ');
    });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
}

const ended = (child: ReturnType<typeof spawn>): Promise<unknown> => new Promise(resolve => child.on('exit', resolve));

test('processes have it one after the other', async () => {
  await Promise.all([owner(100), owner(100), owner(100)].map(ended));
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out in out in out ');
  expect(existsSync(path)).toBe(false);
});

test('an owner that was killed loses it at once', async () => {
  const victim = owner(60_000);
  while (!existsSync(join(folder, 'log'))) await sleep(20);
  victim.kill('SIGKILL');
  await ended(victim);
  expect(existsSync(path)).toBe(true);
  const waits: number[] = [];
  expect(
    await withLock(
      path,
      pid => waits.push(pid),
      () => Promise.resolve('done'),
    ),
  ).toBe('done');
  expect(waits).toEqual([]);
});

test('an owner on another machine keeps it while it touches it, and loses it after a minute', async () => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, machine: 'another', token: 'x' }));
  let has = false;
  const waiting = withLock(
    path,
    pid => appendFileSync(join(folder, 'log'), `${pid}`),
    async () => void (has = true),
  );
  await sleep(300);
  expect(has).toBe(false);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(String(process.pid));
  const old = new Date(Date.now() - 61_000);
  utimesSync(path, old, old);
  await waiting;
  expect(has).toBe(true);
});

test('is free again when the work fails', async () => {
  await expect(
    withLock(
      path,
      () => {},
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});
