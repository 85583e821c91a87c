/** A study that tunes by the validation gradient, from its file to its journal and back. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { tune, type TuneResult } from '../../src/index.ts';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import type { LearnedSchedule } from '../../src/train/hypergradient/tuning.ts';
import { checkpointPath, schedulePath } from '../../src/train/trainer.ts';
import { dropCheckpoints, keepBest } from '../../src/tune/checkpoints.ts';
import { makeStudy } from '../study/make-study.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const { units, learningRate } = moons.space;
const file = {
  ...moons,
  name: 'tuned-moons',
  space: { units, learningRate: { ...learningRate, tune: 'gradient' } },
  budget: { trials: 2 },
};
const journal = join(folder, file.name, 'journal.log');

function run(contents: object, trials = 2): Promise<TuneResult> {
  return tune(contents as never, { reports: folder, slots: 1, trials });
}

describe('a study', () => {
  let first: TuneResult;

  beforeAll(async () => {
    first = await run(file);
  }, 60_000);

  test('trains its trials, the first with its defaults', () => {
    expect(first.trials.map(({ state }) => state)).toEqual(['complete', 'complete']);
    expect(first.trials[0]!.config).toEqual({ units: 8, learningRate: 1e-2, hypergradient: 'online' });
  });

  test('tells what a trial learned, and what it took', () => {
    const { attributes } = first.trials[0]!;
    expect(attributes).toMatchObject({ estimator: 'forward', rollbacks: 0, epochs: 3 });
    const { learningRate: learned } = attributes!['learned'] as { readonly learningRate: number };
    expect(learned).toBeGreaterThanOrEqual(learningRate.low);
    expect(learned).toBeLessThanOrEqual(learningRate.high);
    // 140 rows train 3 times and along with their sensitivities; all 15 tuning rows are looked at for each change.
    const taken = (attributes!['gradientEvaluations'] as number) - 140 * 3 * 2;
    expect(taken).toBeGreaterThan(0);
    expect(taken % 15).toBe(0);
  });

  test('has the schedule of its best trial beside the weights', () => {
    const checkpoints = join(folder, file.name, 'checkpoints');
    const { id } = first.best!;
    expect(readdirSync(checkpoints).toSorted()).toEqual([`trial-${id}.schedule.json`, `trial-${id}.weights`]);
    const schedule = JSON.parse(readFileSync(schedulePath(checkpoints, id), 'utf8')) as LearnedSchedule;
    expect(schedule).toMatchObject({ every: 10, stepsPerEpoch: 5 });
    expect(schedule.values['learningRate']![0]).toBeCloseTo(first.best!.config['learningRate'] as number, 8);
  });

  test('keeps in its journal what the gradient tunes, and the rows it does it by', async () => {
    const { study } = fold(await readJournal(journal));
    expect(study!.space.params).toMatchObject([
      { name: 'units' },
      { name: 'learningRate', tune: 'gradient' },
      { name: 'hypergradient', choices: ['online', 'restart', 'off'] },
    ]);
    expect(study!.sections!['data']).toMatchObject({ split: { validation: 0.075, tuning: 0.075 } });
  });

  test('goes on with the same file', async () => {
    const { trials } = await run(file, 3);
    expect(trials.slice(0, 2)).toEqual(first.trials);
    expect(trials).toHaveLength(3);
  });

  test('is another one when other parameters are tuned', async () => {
    const error = await run({ ...moons, name: file.name }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'STUDY_CHANGED' });
    expect((error as Error).message.split('\n')).toEqual([
      'parameter "learningRate" changed',
      'parameter "hypergradient" is gone',
      '"data" changed',
    ]);
  });

  test('that has used up its gradients gives its report back', async () => {
    const contents = { ...file, name: 'spent-moons', budget: { trials: 9, gradientEvaluations: 1 } };
    const { stopped, trials, report } = await tune(contents as never, { reports: folder, slots: 1, trials: 2 });
    const again = await tune(contents as never, { reports: folder, slots: 1, trials: 2 });
    expect(again).toMatchObject({ stopped, trials, report });
    expect(report.run.budget).toEqual({ trials: 2, gradientEvaluations: 1 });
  });
});

test('schedules are kept and deleted with the weights', async () => {
  const checkpoints = join(folder, 'checkpoints');
  mkdirSync(checkpoints);
  const study = await makeStudy();
  const keep = keepBest(study, 1, [], dropCheckpoints(checkpoints));
  for (const value of [3, 1, 2]) {
    const { id } = (await study.ask())!;
    for (const path of [checkpointPath(checkpoints, id), schedulePath(checkpoints, id)]) writeFileSync(path, '');
    await study.tell(id, value);
    keep(id);
  }
  while (readdirSync(checkpoints).length > 2) await setTimeout(5);
  expect(existsSync(schedulePath(checkpoints, 1))).toBe(true);
  expect(readdirSync(checkpoints).toSorted()).toEqual(['trial-1.schedule.json', 'trial-1.weights']);
});
