/** A deterministic study of real training is the same with 1, 2 and 4 slots, and when it is killed and goes on, weights included. */
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { runTune } from '../cli/program.ts';
import { drawing } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { deserted, startProgram } from './killed-studies.ts';
import { randomness, rounds, say } from './soak.ts';

const trials = rounds(12, 60);
const ends = rounds(2, 5);
const patience = rounds(120_000, 1_800_000);
const folder = realpathSync(testFolder());

/** Trials take different times; the sampler and the pruner look at what others have reached. */
const study = {
  ...drawing,
  name: 'drawing',
  train: { ...drawing.train, epochs: '$epochs', earlyStopping: { patience: 3 } },
  space: { ...drawing.space, epochs: { type: 'int', low: 2, high: 9, default: 3 } },
  search: { deterministic: true, sampler: { tpe: { startupTrials: 4 } }, pruner: { median: { startupTrials: 3 } } },
  budget: { trials },
};

/** What came out, bit by bit, but for what the machine and its clock had to do with it. */
async function outcomes(reports: string) {
  const all = fold(await readJournal(join(folder, reports, 'drawing', 'journal.log'))).trials;
  return all.map(({ id, state, config, value, stopped, attributes, curve }) => ({
    id,
    state,
    config,
    value,
    stopped,
    weights: attributes?.['weightsHash'],
    curve: curve.map(({ step, value, metrics }) => [step, value, metrics!['trainLoss']]),
  }));
}

const command = (reports: string, slots: number) => ['drawing.json', '--reports', reports, '--slots', String(slots)];

let one: Awaited<ReturnType<typeof outcomes>>;

beforeAll(async () => {
  writeFileSync(join(folder, 'drawing.json'), JSON.stringify(study));
  const { code, err } = await runTune(command('one', 1), { cwd: folder });
  if (code !== 0) throw new Error(err);
  one = await outcomes('one');
}, patience);

test('with one slot it has all its trials, and decides by them', () => {
  expect(one).toHaveLength(trials);
  expect(new Set(one.map(({ weights }) => weights)).size).toBe(trials);
  expect(one.some(({ state }) => state === 'pruned')).toBe(true);
});

test.each([2, 4])(
  'with %d slots',
  async slots => {
    expect(await runTune(command(`slots-${slots}`, slots), { cwd: folder })).toMatchObject({ code: 0 });
    expect(await outcomes(`slots-${slots}`)).toEqual(one);
  },
  patience,
);

describe.skipIf(process.platform !== 'linux')(`ended ${ends} times, with another number of slots each time,`, () => {
  test.each(['SIGKILL', 'SIGINT'] as const)(
    'by %s',
    async signal => {
      const random = randomness(`deterministic study, ${signal}`);
      for (const [round, slots] of [4, 1, 2, 4, 2].slice(0, ends).entries()) {
        const life = startProgram(command(signal, slots), folder);
        // It comes a little farther each time, and is ended somewhere in the middle of a trial.
        const wanted = Math.max(1, Math.floor(trials / (ends + 3)));
        while (life.acknowledged().length < wanted && life.program.child.exitCode === null) await sleep(10);
        await sleep(random.uniform() * 500);
        if (life.program.child.exitCode === null) life.program.child.kill(signal);
        const { code } = await life.ended;
        await deserted(folder);
        const done = (await outcomes(signal)).filter(({ state }) => state === 'complete' || state === 'pruned');
        say(`${signal} ${round + 1}: ${done.length} of ${trials} trials done, exit code ${code}`);
      }
      expect(await runTune(command(signal, 2), { cwd: folder })).toMatchObject({ code: 0 });
      expect(await outcomes(signal)).toEqual(one);
    },
    patience,
  );
});
