/** Studies of real training whose trials pause in their threads, and go on there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { tune, type Trial } from '../../src/index.ts';
import { readJournal } from '../../src/storage/journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import { runTune, startTune } from '../cli/program.ts';
import { drawing } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

const study = {
  ...drawing,
  name: 'promoted',
  train: { ...drawing.train, epochs: 9, earlyStopping: { patience: 4 } },
  search: {
    sampler: 'random',
    pruner: { asha: { type: 'promotion', minResource: 1, reductionFactor: 3 } },
    controls: 0,
  },
  budget: { trials: 12 },
};

/** What came out, bit by bit. */
function bits({ config, value, attributes, curve }: Trial) {
  const losses = curve.map(({ value, metrics }) => [value, metrics!['trainLoss']]);
  return { config, value, weights: attributes!['weightsHash'], bestEpoch: attributes!['bestEpoch'], losses };
}

const journal = (name: string, reports: string): Promise<readonly StudyEvent[]> =>
  readJournal(join(folder, reports, name, 'journal.log'));

describe('two slots', () => {
  let paused: readonly Trial[];
  let whole: readonly Trial[];

  beforeAll(async () => {
    const search = { ...study.search, pruner: 'none' };
    whole = (await tune({ ...study, search }, { slots: 2, reports: join(folder, 'whole') })).trials;
    paused = (await tune(study, { slots: 2, reports: join(folder, 'paused') })).trials;
  });

  test('promote some trials to the end, and prune the others where they paused', async () => {
    expect(paused).toHaveLength(12);
    const promotions = (await journal('promoted', 'paused')).filter(({ type }) => type === 'trial-promoted');
    expect(promotions.length).toBeGreaterThanOrEqual(4);
    expect(paused.some(({ state }) => state === 'complete')).toBe(true);
    const pruned = paused.filter(({ state }) => state === 'pruned');
    expect(pruned.map(({ stopped }) => stopped)).toEqual(pruned.map(() => 'paused'));
    expect(new Set(pruned.map(({ curve }) => curve.length))).toEqual(new Set([1, 3]));
  });

  test('promoted trials end with the bits of those that never paused', () => {
    const complete = paused.filter(({ state }) => state === 'complete');
    expect(complete.map(bits)).toEqual(complete.map(({ id }) => bits(whole[id]!)));
  });

  test('the others are as far as they came', () => {
    const losses = ({ curve }: Trial) => curve.map(({ value, metrics }) => [value, metrics!['trainLoss']]);
    for (const trial of paused) expect(losses(trial)).toEqual(losses(whole[trial.id]!).slice(0, trial.curve.length));
  });
});

describe('a deterministic study', () => {
  const searched = {
    ...study,
    name: 'searched',
    search: { ...study.search, deterministic: true, sampler: { tpe: { startupTrials: 4 } } },
  };
  const outcomes = (trials: readonly Trial[]) =>
    trials.map(({ state, config, value, attributes, curve }) => {
      const weights = attributes?.['weightsHash'];
      return { state, config, value, weights, values: curve.map(({ value }) => value) };
    });

  const run = async (slots: number, name: string) =>
    outcomes((await tune(searched, { slots, reports: join(folder, `${name}-${slots}`) })).trials);
  let first: ReturnType<typeof outcomes>;

  beforeAll(async () => {
    first = await run(2, 'first');
  });

  test('is the same when it runs again', async () => {
    expect(await run(2, 'again')).toEqual(first);
    expect(first.some(({ state }) => state === 'complete')).toBe(true);
  });

  test.each([1, 4])('with %d slots too', async slots => {
    expect(await run(slots, 'again')).toEqual(first);
  });

  test('is the same through the end of its process by kill -9, and reports nothing twice that had paused', async () => {
    writeFileSync(join(folder, 'searched.json'), JSON.stringify(searched));
    const command = ['searched.json', '--slots', '2'];
    const program = startTune(command, { cwd: folder });
    await program.says(/^1\/12 /m);
    program.child.kill('SIGKILL');
    await program.ended;
    const before = fold(await journal('searched', 'reports'));
    const paused = before.trials.filter(({ state }) => state === 'paused');
    expect(paused.length).toBeGreaterThan(0);
    expect(await runTune(command, { cwd: folder })).toMatchObject({ code: 0 });
    const events = await journal('searched', 'reports');
    expect(outcomes(fold(events).trials)).toEqual(first);
    for (const { id } of paused) {
      const steps = events.flatMap(event =>
        event.type === 'trial-measured' && event.trial === id ? event.measurement.step : [],
      );
      expect(steps).toEqual(steps.map((_, index) => index + 1));
    }
  });
});
