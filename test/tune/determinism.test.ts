/** A seed fixes everything: however many trials train at once, and whatever trains beside them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { tune, type Trial } from '../../src/index.ts';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { runTune, startTune } from '../cli/program.ts';
import { drawing } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

const study = {
  ...drawing,
  name: 'glyphs',
  train: { ...drawing.train, epochs: 3, earlyStopping: false },
  search: { pruner: 'none' },
  budget: { trials: 4 },
};

/** What came out, bit by bit. */
async function outcomes(slots: number, seed: number) {
  const { trials } = await tune(study, { slots, seed, reports: join(folder, `${slots}-${seed}`) });
  return trials.map(({ config, value, attributes, curve }) => ({
    config,
    value,
    weights: attributes!['weightsHash'],
    losses: curve.map(({ metrics }) => metrics!['trainLoss']),
  }));
}

let one: Awaited<ReturnType<typeof outcomes>>;

beforeAll(async () => {
  one = await outcomes(1, 1);
});

test('two at once give the values and the weights of one at a time, bit by bit', async () => {
  expect(await outcomes(2, 1)).toEqual(one);
});

test('every trial has weights of its own', () => {
  expect(one.map(({ weights }) => weights)).toEqual(one.map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
  expect(new Set(one.map(({ weights }) => weights)).size).toBe(4);
});

test('another seed gives other configurations, values and weights', async () => {
  const other = await outcomes(2, 2);
  expect(other[0]!.config).toEqual(one[0]!.config);
  const [, ...searched] = other;
  for (const [index, { config }] of searched.entries()) expect(config).not.toEqual(one[index + 1]!.config);
  for (const [index, { value, weights }] of other.entries()) {
    expect(value).not.toBe(one[index]!.value);
    expect(weights).not.toBe(one[index]!.weights);
  }
});

describe('a deterministic study', () => {
  /** Its trials train for different times, its sampler and its pruner look at what the others have reached. */
  const searched = {
    ...study,
    name: 'searched',
    train: { ...study.train, epochs: '$epochs' },
    space: { ...study.space, epochs: { type: 'int', low: 2, high: 8, default: 3 } },
    search: {
      deterministic: true,
      sampler: { tpe: { startupTrials: 2 } },
      pruner: { median: { startupTrials: 2 } },
    },
    budget: { trials: 9 },
  };

  const decisions = (trials: readonly Trial[]) =>
    trials.map(({ state, config, value, curve }) => ({
      state,
      config,
      value,
      values: curve.map(({ value }) => value),
    }));

  let first: readonly Trial[];

  beforeAll(async () => {
    first = (await tune(searched, { slots: 3, reports: join(folder, 'first') })).trials;
  });

  test('proposes and prunes the same when it runs again', async () => {
    const { trials } = await tune(searched, { slots: 3, reports: join(folder, 'again') });
    expect(decisions(trials)).toEqual(decisions(first));
  });

  test('does so through the end of its process by kill -9', async () => {
    writeFileSync(join(folder, 'searched.json'), JSON.stringify(searched));
    const command = ['searched.json', '--slots', '3'];
    const program = startTune(command, { cwd: folder });
    await program.says(/^4\/9 /m);
    program.child.kill('SIGKILL');
    await program.ended;
    expect(await runTune(command, { cwd: folder })).toMatchObject({ code: 0 });
    const { trials } = fold(await readJournal(join(folder, 'reports', 'searched', 'journal.log')));
    expect(decisions(trials)).toEqual(decisions(first));
  });

  test('is the same with other numbers of slots', async () => {
    const { trials } = await tune(searched, { slots: 1, reports: join(folder, 'one') });
    expect(decisions(trials)).toEqual(decisions(first));
  });

  test('uses no more slots than trials at once, and says so', async () => {
    const notices: string[] = [];
    const { report } = await tune(searched, {
      slots: 3,
      deterministic: 2,
      trials: 2,
      reports: join(folder, 'two'),
      observe: event => void (event.type === 'notice' && notices.push(event.text)),
    });
    expect(report.run.slots).toBe(2);
    expect(notices).toEqual([expect.stringContaining('2 trials at once, for 3 slots')]);
  });

  test('does not go on with another number of trials at once', async () => {
    writeFileSync(
      join(folder, 'searched.json'),
      JSON.stringify({ ...searched, search: { ...searched.search, deterministic: 3 } }),
    );
    const { code, err } = await runTune(['searched.json', '--trials', '12'], { cwd: folder });
    expect(code).toBe(2);
    expect(err).toContain('the deterministic mode is for 3 trials at once');
    expect(err).toContain('expected for 4 trials at once, as stored');
  });
});
