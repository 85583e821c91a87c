/** What gradients learned in a study leaves its trials: as a file, as a model trained once more, in the report. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkReplay } from '../../src/tune/check-replay.ts';
import { readTarget } from '../../src/tune/target.ts';
import { tune } from '../../src/tune/tune.ts';
import { readSchedule } from '../../src/train/hypergradient/schedule-file.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

const tuned = {
  ...moons,
  name: 'tuned-moons',
  data: { ...moons.data, split: { validation: 0.15, test: 0.15, tuning: 0.2 } },
  train: { optimizer: { sgd: '$learningRate' }, epochs: 4, batchSize: 10, earlyStopping: false },
  space: { ...moons.space, learningRate: { ...moons.space.learningRate, tune: 'gradient' } },
  after: { replay: true },
  budget: { trials: 2 },
} as const;

it('leaves the learned schedule beside the model, and a model that has trained by it on more rows', async () => {
  const { report, files, best, trials } = await tune(tuned, {
    reports: join(folder, 'reports'),
    slots: 1,
    sampler: 'random',
  });
  const { learned } = best!.attributes as { learned: { learningRate: number } };
  const schedule = await readSchedule(join(files.model!, 'schedule.json'));
  expect(report.model!.schedule).toEqual(schedule);
  // 100 training rows.
  expect(schedule.stepsPerEpoch).toBe(10);
  expect(schedule.values['learningRate']![0]).toBeCloseTo(best!.config['learningRate'] as number, 8);
  expect(schedule.values['learningRate']).toContain(learned.learningRate);
  const { replayed } = report.model!.after!;
  expect(replayed).toMatchObject({ folder: 'replayed', examples: 140, original: { examples: 100 } });
  expect(replayed!.original.test).toEqual(report.model!.test);
  expect(replayed!.original.validation.loss).toBeCloseTo(best!.value!, 5);
  await stat(join(files.model!, 'replayed', 'model.json'));
  const text = await readFile(files.markdown, 'utf8');
  for (const title of ['Learned by gradients', 'Replayed']) expect(text).toContain(`#### ${title}`);
  const counts = trials.map(({ attributes }) => attributes!['gradientEvaluations'] as number);
  expect(report.cost.gradientEvaluations!.sum).toBe(counts[0]! + counts[1]!);
  // A plain trial takes the gradients of its 100 rows in each of 4 epochs.
  expect(Math.min(...counts)).toBeGreaterThan(400);
}, 120_000);

it('without a parameter that the gradient tunes it is refused, in its place and before anything trains', async () => {
  const path = join(folder, 'nothing-to-replay.json');
  await writeFile(path, JSON.stringify({ ...moons, after: { replay: true } }, null, 2));
  await expect(tune(path, { reports: join(folder, 'reports') })).rejects.toMatchObject({
    code: 'SPACE_INVALID',
    problems: [
      {
        message: '"replay" has nothing to replay: no parameter is tuned by the gradient',
        where: { file: path, source: '    "replay": true', column: 15 },
      },
    ],
  });
});

it.each([
  ['is fine with one', { learningRate: { ...moons.space.learningRate, tune: 'gradient' } }, { replay: true }],
  ['is nothing to look at where it is not asked for', {}, { replay: false }],
])('%s', async (_name, space, after) => {
  const file = await readTarget({ ...moons, space: { ...moons.space, ...space }, after }, {});
  expect(() => checkReplay(file)).not.toThrow();
});
