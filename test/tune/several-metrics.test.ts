/** Studies that weigh several metrics against each other: of our own training, and of objectives in code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createStudy, defineSpace, tune, TuneError } from '../../src/index.ts';
import { dominates, hypervolume } from '../../src/study/pareto.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();
const { search: _, ...plainMoons } = moons;

describe('of training', () => {
  test('are measured of the kept epoch and of its model; the best model by the first one is saved', async () => {
    const metric = [{ name: 'valAccuracy' }, { name: 'parameters' }, { name: 'inferenceMs' }, { name: 'valLoss' }];
    const file = { ...plainMoons, name: 'several', metric };
    const { best, front, trials, report, files } = await tune(file, { reports, trials: 6 });
    expect(trials.map(({ state }) => state)).toEqual(trials.map(() => 'complete'));
    for (const { config, curve, value, values, attributes } of trials) {
      const { parameters, inferenceMs, bestEpoch } = attributes as Record<string, number>;
      const kept = curve[bestEpoch! - 1]!.metrics!;
      expect(values).toEqual([kept['valAccuracy'], parameters, inferenceMs, kept['valLoss']]);
      expect(value).toBe(Math.max(...curve.map(measured => measured.value)));
      // Two inputs and two classes.
      expect(parameters).toBe(5 * (config['units'] as number) + 2);
      expect(inferenceMs).toBeGreaterThan(0);
    }
    const losses = trials.map(({ values: [accuracy, ...others] = [] }) => [-accuracy!, ...others]);
    const expected = trials.filter((_, index) => !losses.some(other => dominates(other, losses[index]!)));
    expect(new Set(front)).toEqual(new Set(expected));
    expect(front![0]).toEqual(best);
    expect(report.front).toEqual(front!.map(({ id }) => id));
    expect(report.study.pruner).toBe('none');
    expect(report.model!.trial).toBe(best!.id);
    expect(readFileSync(files.markdown, 'utf8')).toContain('#### Pareto front');
    expect(readFileSync(join(files.model!, 'tune.json'), 'utf8')).toContain(`"trial": ${best!.id}`);

    const again = await tune(file, { reports, trials: 6 });
    expect(again.front).toEqual(front);
    const other = tune({ ...file, metric: metric.toReversed() }, { reports, trials: 7 });
    await expect(other).rejects.toThrow(TuneError);
  });

  test.each([
    [[{ name: 'parameters' }], ['metric', 'name'], /cannot be the first/],
    [[{ name: 'valLoss' }, { name: 'valMse' }], ['metric', 1, 'name'], /does not measure/],
    [[{ name: 'inferenceMs' }, { name: 'valLoss' }], ['metric', 0, 'name'], /cannot be the first/],
  ])('are checked before anything trains: %j', async (metric, path, message) => {
    const tuned = tune({ ...plainMoons, name: 'wrong', metric }, { reports });
    await expect(tuned).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      problems: [{ path, message: expect.stringMatching(message) }],
    });
  });
});

describe('of an objective', () => {
  const space = defineSpace({ x: { type: 'float', low: -10, high: 10 }, y: { type: 'float', low: -10, high: 10 } });
  const metric = [{ name: 'cost' }, { name: 'gain', goal: 'maximize' }] as const;

  test('are a list in their order', async () => {
    const { best, front, trials, report } = await tune(space, {
      name: 'pair',
      reports,
      metric,
      trials: 12,
      slots: 1,
      objective: ({ config: { x, y } }) => [x ** 2 + y ** 2, -((x - 2) ** 2)],
    });
    for (const { config, value, values } of trials) {
      expect(values).toEqual([config.x ** 2 + config.y ** 2, -((config.x - 2) ** 2)]);
      expect(value).toBe(values![0]);
    }
    expect(best!.value).toBe(Math.min(...trials.map(({ value }) => value!)));
    const gains = trials.map(({ values }) => values![1]!);
    expect(front!.some(({ values }) => values![1] === Math.max(...gains))).toBe(true);
    expect(report.study.metrics).toEqual([{ name: 'cost', goal: 'minimize' }, metric[1]]);
  });

  test('that lacks one fails its trial and says so', async () => {
    const { trials } = await tune(space, {
      name: 'short',
      reports,
      metric,
      trials: 2,
      slots: 1,
      objective: ({ trial }) => (trial === 0 ? 1 : (['a', 2] as never)),
    });
    expect(trials.map(({ failure }) => failure!.message)).toEqual([
      'the trial ended with 1 of 2 values',
      'the trainer returned a list of something else, not a number',
    ]);
  });

  test('may be told to a study of their own', async () => {
    const study = await createStudy({ space, directions: ['minimize', 'minimize'] });
    for (let id = 0; id < 20; id++) {
      const { config } = (await study.ask())!;
      await study.tell(id, [config.x ** 2, (config.x - 2) ** 2]);
    }
    const points = study.front().map(({ values }) => values!);
    expect(points.map(([first]) => first)).toEqual(points.map(([first]) => first!).toSorted((a, b) => a - b));
    expect(hypervolume(points, [4, 4])).toBeGreaterThan(0);
    await expect(createStudy({ space, directions: [] })).rejects.toThrow('one for each objective');
    await expect(createStudy({ space, direction: 'maximize', directions: ['minimize'] })).rejects.toThrow(
      'one for each objective',
    );
  });
});
