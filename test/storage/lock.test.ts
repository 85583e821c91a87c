import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { takeLock } from '../../src/storage/lock.ts';

let folder: string;
let path: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  path = join(folder, 'journal.log.pid');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that takes the lock whenever it is told to, says how that went, and keeps it. */
function contender(): ChildProcess {
  const script = join(folder, 'contender.mjs');
  writeFileSync(
    script,
    `import { takeLock } from ${JSON.stringify(new URL('../../dist/storage/lock.js', import.meta.url).href)};
     process.on('message', path => takeLock(path).then(() => process.send('taken'), error => process.send(error.code)));
     process.send('ready');`,
  );
  const child = fork(script);
  children.push(child);
  return child;
}

async function said(child: ChildProcess): Promise<unknown> {
  return ((await once(child, 'message')) as unknown[])[0];
}

async function refusal(): Promise<TuneError> {
  const error: unknown = await takeLock(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TuneError);
  expect((error as TuneError).code).toBe('STUDY_IN_USE');
  return error as TuneError;
}

/** The text of a lock; by default of this process. */
function lockOf(holder: object): string {
  return JSON.stringify({ pid: process.pid, host: hostname(), id: 'x', ...holder });
}

describe('a lock', () => {
  test('is a file while it is held', async () => {
    const unlock = await takeLock(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    await unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('has one holder, whom others are told', async () => {
    const unlock = await takeLock(path);
    const error = await refusal();
    expect(error.problems[0]).toMatchObject({
      message: `process ${process.pid} is using this study`,
      where: { file: path },
    });
    await unlock();
    await (
      await takeLock(path)
    )();
  });

  test('of another process is left alone', async () => {
    const other = contender();
    await said(other);
    other.send(path);
    expect(await said(other)).toBe('taken');
    const before = readFileSync(path, 'utf8');
    expect((await refusal()).message).toContain(`process ${other.pid} is using`);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('of another machine counts: nobody can ask whether its process lives', async () => {
    writeFileSync(path, lockOf({ pid: 1, host: 'elsewhere' }));
    const { problems } = await refusal();
    expect(problems[0]?.message).toBe('process 1 on elsewhere is using this study');
    expect(problems[0]?.hint).toContain('delete this file');
  });

  test('is not given back by whoever lost it', async () => {
    const unlock = await takeLock(path);
    const other = lockOf({ id: 'other' });
    writeFileSync(path, other);
    await unlock();
    expect(readFileSync(path, 'utf8')).toBe(other);
  });
});

describe('a lock left behind is taken over at once', () => {
  /** Takes the lock and gives it back; the result is the time it took in milliseconds. */
  async function takeOver(): Promise<number> {
    const begun = performance.now();
    const unlock = await takeLock(path);
    const waited = performance.now() - begun;
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await unlock();
    expect(readdirSync(folder).filter(name => name.startsWith('journal'))).toEqual([]);
    return waited;
  }

  test('when its holder was killed', async () => {
    const victim = contender();
    await said(victim);
    victim.send(path);
    await said(victim);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    expect(existsSync(path)).toBe(true);
    expect(await takeOver()).toBeLessThan(1000);
  });

  test.runIf(process.platform === 'linux')('when another process has the number of its holder now', async () => {
    writeFileSync(path, lockOf({ started: 'another boot/1' }));
    expect(await takeOver()).toBeLessThan(1000);
  });

  test.runIf(process.platform === 'linux')(
    'when its holder has ended, though its parent has not asked how',
    async () => {
      // `sleep` never waits for the child that the shell began before it became `sleep`.
      const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(parent);
      const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as string[];
      const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
      while (stat()[2] !== 'Z') await new Promise(resolve => setImmediate(resolve));
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      writeFileSync(path, lockOf({ pid: Number(pid), started: `${boot}/${stat()[21]}` }));
      expect(await takeOver()).toBeLessThan(1000);
    },
  );

  test.each(['', '{"pid":1'])('when its text is %j: its holder did not live to write it', async text => {
    writeFileSync(path, text);
    await takeOver();
  });

  test('when the process that was taking it over was killed too', async () => {
    const dead = lockOf({ started: 'another boot/1', pid: 2 ** 22 + 1 });
    writeFileSync(path, dead);
    writeFileSync(`${path}.heir`, dead);
    expect(await takeOver()).toBeLessThan(1000);
  });

  test('by one process, however many try at the same moment', async () => {
    const contenders = Array.from({ length: 5 }, contender);
    await Promise.all(contenders.map(said));
    for (let round = 0; round < 40; round++) {
      const contested = join(folder, `${round}.pid`);
      writeFileSync(contested, lockOf({ pid: 2 ** 22 + 1 }));
      const words = contenders.map(said);
      for (const child of contenders) child.send(contested);
      const answers = await Promise.all(words);
      expect(answers.filter(word => word === 'taken')).toHaveLength(1);
      expect(answers.filter(word => word === 'STUDY_IN_USE')).toHaveLength(4);
    }
  });
});
