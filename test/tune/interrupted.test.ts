/** Trials that were interrupted in the middle go on there when the study does, with the bits of those that were not. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { tune, type Trial, type TuneEvent } from '../../src/index.ts';
import { readJournal } from '../../src/storage/journal.ts';
import { startTune, runTune } from '../cli/program.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import { facts as steady } from '../train/drawing-trials.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

/** Some seconds of training; everything that draws or remembers. */
const study = {
  name: 'slow',
  data: { glyphs: { examples: 1000, size: 16 } },
  model: {
    layers: [{ conv2d: { filters: 16, activation: 'relu' } }, 'batchNorm', 'flatten', { dropout: 0.3 }, { dense: 64 }],
  },
  train: { optimizer: { adam: '$learningRate' }, epochs: 50, earlyStopping: false },
  space: { learningRate: { type: 'float', low: 1e-4, high: 1e-2, log: true, default: 1e-3 } },
  search: { pruner: 'none' },
  budget: { trials: 2 },
} as const;

/** Everything but times, and how often a trial has begun. */
function facts({ id, config, state, value, attributes, curve }: Trial) {
  const points = curve.map(({ step, value, metrics }) => ({ step, value, ...metrics, seconds: 0 }));
  return { id, config, points, ...steady({ state, value, attributes } as TrialResult) };
}

/** Whether these epochs took longer than it takes until the first backup. */
function areLong(seconds: readonly number[]): boolean {
  return seconds.reduce((sum, each) => sum + each, 0) > 1.5;
}

/** Seconds of each epoch of a trial, attempt by attempt. */
function secondsOf(events: readonly TuneEvent[], trial: number): number[][] {
  const attempts: number[][] = [];
  for (const event of events) {
    if (!('trial' in event) || event.trial !== trial) continue;
    if (event.type === 'trial-started') attempts.push([]);
    if (event.type === 'trial-measured') attempts.at(-1)!.push(event.measurement.metrics!['seconds']!);
  }
  return attempts;
}

/** Epochs that a later attempt took from a backup: they have the times of the earlier one. */
function takenOver([first, second]: readonly (readonly number[])[]): number {
  return second!.filter((seconds, epoch) => seconds === first![epoch]).length;
}

let whole: readonly Trial[];
beforeAll(async () => {
  whole = (await tune(study, { reports: join(folder, 'whole'), slots: 1 })).trials;
}, 120_000);

describe('by the user', () => {
  const reports = join(folder, 'user');

  test('the study goes on in the middle of the trial', { timeout: 120_000 }, async () => {
    const user = new AbortController();
    const events: TuneEvent[] = [];
    const observe = (event: TuneEvent): void => {
      events.push(event);
      if (areLong(secondsOf(events, 1)[0] ?? [])) user.abort();
    };
    const interrupted = await tune(study, { reports, slots: 1, observe, signal: user.signal });
    expect(interrupted.stopped).toBe('interrupted');
    expect(interrupted.trials.map(({ state }) => state)).toEqual(['complete', 'interrupted']);
    expect(interrupted.report.cost.counts).toMatchObject({ complete: 1, interrupted: 1, running: 0 });
    const { trials, files } = await tune(study, { reports, slots: 1 });
    expect(trials.map(facts)).toEqual(whole.map(facts));
    expect(trials[1]).toMatchObject({ attempt: 2 });
    const attempts = secondsOf(await readJournal(files.journal!), 1);
    expect(attempts.at(-1)).toHaveLength(study.train.epochs);
    expect(takenOver(attempts)).toBeGreaterThan(0);
    expect(readdirSync(join(reports, 'slow', 'checkpoints')).filter(name => name.includes('backup'))).toEqual([]);
  });
});

describe('by kill -9 of the coordinator', () => {
  test('the study goes on in the middle of the trial', { timeout: 120_000 }, async () => {
    const path = join(folder, 'killed.json');
    const reports = join(folder, 'killed');
    const journal = join(reports, 'slow', 'journal.log');
    writeFileSync(path, JSON.stringify(study));
    const args = [path, '--reports', reports, '--slots', '1'];
    const { child, ended } = startTune(args, { cwd: folder });
    await vi.waitFor(async () => expect(areLong(secondsOf(await readJournal(journal), 0)[0]!)).toBe(true), {
      timeout: 60_000,
      interval: 20,
    });
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(join(reports, 'slow', 'checkpoints', 'trial-0.backup'))).toBe(true);
    expect((await runTune(args, { cwd: folder })).code).toBe(0);
    const { trials } = await tune(study, { reports, slots: 1 });
    expect(trials.map(facts)).toEqual(whole.map(facts));
    expect(takenOver(secondsOf(await readJournal(journal), 0))).toBeGreaterThan(0);
  });
});
