/** Row 12: a trial that takes all memory fails alone, and its host ends before the machine suffers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { childrenOf, runTune } from '../cli/program.ts';
import { say } from '../faults/soak.ts';
import { testFolder } from '../tune/test-folder.ts';
import { goOn, job, start, trainer } from './hosts.ts';

const folder = testFolder();
const limit = 1024;

afterEach(() => delete process.env['NODE_OPTIONS']);

/** Megabytes of a field of /proc/pid/status. */
function memoryOf(pid: string, field: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1024;
}

/** Follows the memory of all hosts until it is told to stop. */
function watchHosts() {
  const peaks = new Map<string, number>();
  const overAt = new Map<string, number>();
  const lasted = new Map<string, number>();
  const look = (pid: string): void => {
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, memoryOf(pid, 'VmHWM')));
    if (memoryOf(pid, 'VmRSS') > limit && !overAt.has(pid)) overAt.set(pid, performance.now());
    if (overAt.has(pid)) lasted.set(pid, performance.now() - overAt.get(pid)!);
  };
  const timer = setInterval(() => {
    for (const pid of childrenOf(process)) {
      try {
        look(pid);
      } catch {
        // It has just ended.
      }
    }
  }, 5);
  return () => {
    clearInterval(timer);
    return { peak: Math.max(...peaks.values()), milliseconds: Math.max(0, ...lasted.values()), hosts: overAt.size };
  };
}

test.each([
  ['buffers', false],
  ['tensors', true],
])('%s: the one that takes 4 GB fails, the one beside it completes', { timeout: 300_000 }, async (_, tensors) => {
  const executor = await start('hungry', { memoryLimit: limit });
  const stop = watchHosts();
  const [hungry, modest] = await Promise.all([
    executor.run(job(0, { megabytes: 4096, tensors }), goOn),
    executor.run(job(1, { megabytes: 600, tensors }), goOn),
  ]);
  const { peak, milliseconds, hosts } = stop();
  say(`peak ${Math.round(peak)} MB of ${limit} MB, over it for ${Math.round(milliseconds)} ms at most`);
  const message = expect.stringMatching(/^the trainer host took 1\d{3} MB of memory, more than its limit of 1024 MB$/);
  expect(hungry).toMatchObject({ state: 'failed', failure: { cause: 'memory', message } });
  expect(modest).toMatchObject({ state: 'complete' });
  // Beside others, and alone.
  expect(hosts).toBe(2);
  expect(peak).toBeLessThan(1.25 * limit);
  expect(milliseconds).toBeLessThan(2000);
});

test('trials that take too much together complete alone, as first attempts that nobody hears of twice', async () => {
  const executor = await start('hungry', { memoryLimit: 600 });
  const first = await executor.hostPid();
  const steps: number[][] = [[], []];
  const results = await Promise.all(
    [0, 1].map(trial =>
      executor.run(job(trial, { megabytes: 320 }), ({ step }) => (steps[trial]!.push(step), 'continue' as const)),
    ),
  );
  for (const result of results) expect(result).toMatchObject({ state: 'complete', value: 16 });
  expect(steps).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(await executor.hostPid()).not.toBe(first);
});

test('a thread without memory for objects fails its trial, and no other', async () => {
  process.env['NODE_OPTIONS'] = '--max-old-space-size=100';
  const executor = await start('troubled');
  const host = await executor.hostPid();
  const other = executor.run(job(1, { trouble: 'starts a process' }), goOn);
  expect(await executor.run(job(0, { trouble: 'runs out of objects' }), goOn)).toMatchObject({
    state: 'failed',
    failure: { cause: 'memory', message: expect.stringMatching(/memory/) },
  });
  void other;
  expect(await executor.run(job(2, { trouble: 'no' }), goOn)).toMatchObject({ state: 'complete' });
  expect(await executor.hostPid()).toBe(host);
});

test('a user sets the limit, and reads what became of it', { timeout: 120_000 }, async () => {
  const space = join(folder, 'space.json');
  writeFileSync(
    space,
    JSON.stringify({
      name: 'limited',
      trainer: trainer('hungry'),
      space: { megabytes: { type: 'int', low: 1000, high: 4096 } },
    }),
  );
  const tune = (limit: string) => runTune(['run', space, '--trials', '1', '--memory-limit', limit], { cwd: folder });
  expect(await tune('0.3GB')).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /trial 0 failed +memory: the trainer host took \d+ MB of memory, more than its limit of 307 MB/,
    ),
  });
  expect(await tune('much')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Expected a size such as 500MB or 4GB.'),
  });
});

test('where memory runs out, Linux ends the host and not the coordinator', async () => {
  const host = await (await start('troubled')).hostPid();
  const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'));
  expect(Number(readFileSync(`/proc/${host}/oom_score_adj`, 'utf8'))).toBe(Math.max(500, own));
});
