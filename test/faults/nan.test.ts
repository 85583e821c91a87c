/** Row 11: losses that are no numbers, of training and validation, at the first epoch, in the middle, at the last one, and always. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { samplers } from '../../src/samplers/index.ts';
import { flawOf } from '../../src/study/legal.ts';
import { runTune } from '../cli/program.ts';
import { makeStudy } from '../study/make-study.ts';
import { mixed } from '../study/spaces.ts';
import { curve } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { rounds } from './soak.ts';

const folder = testFolder();

describe('a trainer', () => {
  const epochs = 5;
  const notNumbers = [NaN, Infinity, -Infinity];
  const moments = [1, 3, epochs];

  test.each(notNumbers.flatMap(value => moments.map(epoch => ({ value, epoch }))))(
    'that reports $value at epoch $epoch is stopped there, and the trial has failed',
    async ({ value, epoch }) => {
      let trained = 0;
      const { trials, best } = await tune(curve, {
        name: `reports-${value}-${epoch}`,
        trials: 2,
        reports: folder,
        objective: async ({ trial, report }) => {
          for (let now = 1; now <= epochs; now++) {
            if (trial === 0) trained += 1;
            // It keeps the best it had, as trainers do.
            if ((await report(trial === 0 && now >= epoch ? value : now)) === 'stop') return 1;
          }
          return 1;
        },
      });
      expect(trained).toBe(epoch);
      expect(trials[0]).toMatchObject({
        state: 'failed',
        failure: { cause: 'nan', message: `the value was ${value} at step ${epoch}` },
      });
      expect(trials[0]!.curve).toHaveLength(epoch);
      expect(trials[1]).toMatchObject({ state: 'complete', value: 1 });
      expect(best).toEqual(trials[1]);
    },
  );
});

describe('training', () => {
  test('that diverges ends with the epoch in which it did, early or late', async () => {
    const epochs = 30;
    // The higher the rate, the sooner float32 overflows; its steps make sure that some do in the middle.
    const rates = [100, 1, 0.5, 0.4, 0.3, 0.25];
    const { trials } = await tune(
      {
        ...curve,
        name: 'diverging',
        model: { layers: [{ dense: { units: 16 } }] },
        train: { ...curve.train, epochs },
        space: { learningRate: { type: 'float', low: 1e-3, high: 100, log: true, default: 100 } },
        search: { ...curve.search, enqueue: rates.slice(1).map(learningRate => ({ learningRate })) },
      },
      { trials: rates.length, slots: 2, reports: folder },
    );
    const failures = trials.filter(({ state }) => state === 'failed');
    for (const { failure, curve } of failures) {
      expect(failure!.cause).toBe('nan');
      expect(failure!.message).toMatch(/^the training loss was \S+ in epoch \d+$|^valLoss was \S+ after epoch \d+$/);
      expect(Number(/\d+$/.exec(failure!.message)![0])).toBe(curve.length + 1);
      for (const { value } of curve) expect(Number.isFinite(value)).toBe(true);
    }
    const lengths = failures.map(({ curve }) => curve.length);
    expect(lengths).toContain(0);
    expect(lengths.some(length => length > 0 && length < epochs - 1)).toBe(true);
  });

  test('whose validation alone has no number fails after its first epoch', async () => {
    // Validation rows so large that their squared error is beyond float32.
    const rows = Array.from({ length: 40 }, (_, row) => `${row},${row < 30 ? row / 30 : 1e30},${row}`);
    writeFileSync(join(folder, 'rows.csv'), ['day,x,y', ...rows].join('\n'));
    const { trials } = await tune(
      {
        ...curve,
        name: 'validation',
        data: {
          csv: { file: join(folder, 'rows.csv'), target: 'y' },
          split: { time: 'day', validation: 0.2 },
          normalize: 'none',
        },
      },
      { trials: 1, slots: 1, reports: folder },
    );
    expect(trials).toMatchObject([{ state: 'failed', failure: { cause: 'nan' }, curve: [] }]);
    expect(trials[0]!.failure!.message).toBe('valLoss was Infinity after epoch 1');
  });

  test('that never has a number: exit code 1, advice and a report', async () => {
    const study = { ...curve, name: 'hopeless', train: { ...curve.train, optimizer: { sgd: 100 } }, space: {} };
    const space = { units: { type: 'int', low: 1, high: 16 } };
    const model = { layers: [{ dense: { units: '$units' } }] };
    writeFileSync(join(folder, 'hopeless.json'), JSON.stringify({ ...study, space, model, budget: { trials: 6 } }));
    const { code, out, err } = await runTune(['hopeless.json', '--slots', '2'], { cwd: folder });
    expect(code).toBe(1);
    expect(out).toContain('No trial completed: 6 failed, 0 pruned.');
    expect(err).toContain('Look at the failures in the report; lower learning rates are a good first try.');
    expect(err).not.toMatch(/\n\s+at /);
  });
});

test.each(Object.values(samplers))('$name stays finite whichever trials fail', async technique => {
  const trials = rounds(30, 120);
  for (const isBad of [() => true, (trial: number) => trial % 3 !== 1]) {
    const study = await makeStudy({
      space: mixed,
      sampler: technique.create(technique.knobs.parse({})),
      planned: trials,
    });
    for (let count = 0; count < trials; count++) {
      const trial = await study.ask();
      // A grid has an end.
      if (!trial) break;
      expect(flawOf(mixed, trial.config)).toBe(undefined);
      const numbers = Object.values(trial.config).filter(value => typeof value === 'number');
      expect(numbers.every(Number.isFinite)).toBe(true);
      const value = isBad(trial.id) ? [NaN, Infinity, -Infinity][trial.id % 3]! : trial.id % 7;
      await study.report(trial.id, { step: 1, value });
      const { state, failure } = await study.tell(trial.id, value);
      expect({ state, cause: failure?.cause }).toEqual(
        isBad(trial.id) ? { state: 'failed', cause: 'nan' } : { state: 'complete', cause: undefined },
      );
    }
    expect(study.trials().length).toBeGreaterThan(10);
    expect(study.best() !== undefined).toBe(study.trials().some(({ id }) => !isBad(id)));
    await study.close();
  }
});
