/** Row 2: hosts that are killed at any moment cost no trial, and the coordinator nothing but time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { median } from '../../src/stats/median.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { runStudy } from '../../src/study/loop.ts';
import { randomness, rounds, say } from '../faults/soak.ts';
import { testFolder } from '../tune/test-folder.ts';
import { goOn, job, start, troubledStudy, until } from './hosts.ts';

const folder = testFolder();

test('each trial ends once, whenever hosts are killed, and others train soon', { timeout: 1_200_000 }, async () => {
  const kills = rounds(8, 100);
  const rng = randomness('host kills');
  const study = await troubledStudy([]);
  const executor = await start('paced', { slots: rounds(2, 4) });
  const events: StudyEvent[] = [];
  const hosts = new Set<number>();
  let isOver = false;
  const running = runStudy(study, executor, {
    budget: { trials: 1e6 },
    clock: () => performance.now(),
    isConverged: () => isOver,
    observe(event) {
      events.push(event);
      if (event.type === 'trial-measured') hosts.add(event.measurement.metrics!['host']!);
    },
  });

  const waits: number[] = [];
  let victim = 0;
  for (let kill = 0; kill < kills; kill++) {
    const last = victim;
    // It may not be known yet that the last one is dead.
    while ((victim = await executor.hostPid()) === last) await sleep(5);
    await sleep(400 * rng.uniform());
    process.kill(victim, 'SIGKILL');
    const killed = performance.now();
    const before = new Set(hosts).add(victim);
    await until(() => [...hosts].some(host => !before.has(host)), 60);
    waits.push(performance.now() - killed);
  }
  isOver = true;
  await running;

  say(`training again after ${Math.round(median(waits))} ms (median), ${Math.round(Math.max(...waits))} ms (worst)`);
  expect(waits).toHaveLength(kills);
  const ended = events.flatMap(event => (event.type === 'trial-finished' ? event.trial : []));
  expect(new Set(ended).size).toBe(ended.length);
  expect(ended.length).toBe(study.trials().length);
  for (const trial of study.trials()) expect(trial).toMatchObject({ state: 'complete', value: 10 });
  // Whoever was beside the trial that crashed a host runs twice, nobody a third time.
  const attempts = study.trials().map(({ attempt }) => attempt);
  expect(new Set(attempts)).toEqual(new Set([1, 2]));
});

test('a host that dies before it is ready is started again, but not for ever', async () => {
  const deaths = join(folder, 'deaths');
  process.env['TUNE_TEST_DEATHS'] = deaths;
  writeFileSync(deaths, 'xx');
  const executor = await start('mortal');
  expect(await executor.run(job(0, {}), goOn)).toMatchObject({ state: 'complete' });
  writeFileSync(deaths, 'xxxxx');
  await expect(start('mortal')).rejects.toThrow('the trainer host ended by SIGKILL');
  expect(readFileSync(deaths, 'utf8')).toBe('xx');
});

test('a host that stands still counts as dead after some seconds', async () => {
  const executor = await start('paced', { silence: 2 });
  const host = await executor.hostPid();
  const outcome = executor.run(job(0, { steps: 1e6 }), ({ step }) => {
    if (step === 2) process.kill(host, 'SIGSTOP');
    return 'continue';
  });
  const message = expect.stringMatching(/no sign of life for \d s/);
  expect(await outcome).toMatchObject({ state: 'failed', failure: { cause: 'crash', message } });
  expect(await executor.run(job(1, {}), goOn)).toMatchObject({ state: 'complete' });
});

test('a host whose trials are silent for longer than that is left alone', async () => {
  const executor = await start('paced', { silence: 2 });
  const host = await executor.hostPid();
  expect(await executor.run(job(0, { steps: 2, milliseconds: 4000 }), goOn)).toMatchObject({ state: 'complete' });
  expect(await executor.hostPid()).toBe(host);
});
