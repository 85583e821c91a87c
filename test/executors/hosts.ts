/** Executors of trainer threads for tests, with the modules of trainers/. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { threadsExecutor, type ThreadsExecutor, type ThreadsOptions } from '../../src/executors/threads.ts';
import { none } from '../../src/pruners/none.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config, Json } from '../../src/space/space.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { Storage, TrialJob } from '../../src/study/ports.ts';
import { openStudy } from '../../src/study/open-study.ts';
import type { Study } from '../../src/study/study.ts';

const open: ThreadsExecutor[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(executor => executor.close()));
});

export function trainer(name: string): string {
  return fileURLToPath(new URL(`trainers/${name}.js`, import.meta.url));
}

/** Two slots, unless told otherwise; closed after the test. */
export async function start(name: string, options: Partial<ThreadsOptions> = {}): Promise<ThreadsExecutor> {
  const setup = { kind: 'custom', module: trainer(name) } as const;
  const executor = await threadsExecutor({ setup, slots: 2, log: () => undefined, ...options });
  open.push(executor);
  return executor;
}

export function job(trial: number, config: Record<string, Json>, attempt = 1): TrialJob {
  return { trial, attempt, seed: 1, config };
}

export const goOn = (): 'continue' => 'continue';

/** A study of one parameter, "trouble": trial n gets what the plan says, and "no" after its end. */
export function troubledStudy(plan: readonly string[], storage: Storage = memoryStorage()): Promise<Study> {
  const space = defineSpace({ trouble: { type: 'categorical', choices: [...new Set(['no', 'throws', ...plan])] } });
  const sampler = { suggest: ({ trial }: { readonly trial: number }): Config => ({ trouble: plan[trial] ?? 'no' }) };
  const now = (): Date => new Date();
  const pruner = none.create({});
  return openStudy({ name: 's', space, direction: 'minimize', seed: 1, sampler, pruner, storage, now });
}

export async function until(isSo: () => boolean, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain`);
    await sleep(10);
  }
}
