/** Fault table, row 8: four processes work on one study; also when one of them is killed. TUNE_SOAK: 250 trials each. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkJournal } from '../../src/cli/journal-flaws.ts';
import { readState } from '../../src/storage/journal.ts';
import { tune } from '../../src/tune/tune.ts';
import { refusal } from '../study/make-study.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const each = process.env['TUNE_SOAK'] ? 250 : 25;
const space = { x: { type: 'float', low: 0, high: 1 } };
const objective = (): number => 1;

/** Tunes until 4 x `each` trials have ended, and says for which it trained: `begun <id>`, `ended <id>`. */
const script = join(folder, 'member.mjs');
writeFileSync(
  script,
  `import { appendFileSync } from 'node:fs';
  import { tune } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
  const [, , name, said, trials] = process.argv;
  const say = text => appendFileSync(said, text + '\\n');
  const { trials: found, stopped } = await tune({ space: ${JSON.stringify(space)} }, {
    name, trials: Number(trials), slots: 2, sampler: 'random', join: true, reports: ${JSON.stringify(folder)},
    objective: async ({ config: { x }, trial, report }) => {
      say('begun ' + trial);
      await new Promise(resolve => setTimeout(resolve, 5 + (trial % 4) * 5));
      await report(x);
      say('ended ' + trial);
      return x;
    },
  });
  say('stopped ' + stopped + ' ' + found.filter(({ state }) => state === 'complete').length);`,
);

interface Member {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  said(word: string): readonly string[];
}

function startMember(name: string, number: number): Member {
  const said = join(folder, `${name}-${number}.txt`);
  const child = spawn(process.execPath, [script, name, said, String(4 * each)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return {
    child,
    ended: once(child, 'close'),
    said: word =>
      (existsSync(said) ? readFileSync(said, 'utf8').split('\n') : [])
        .filter(line => line.startsWith(`${word} `))
        .map(line => line.slice(word.length + 1)),
  };
}

const journal = (name: string): string => join(folder, name, 'journal.log');

test('four processes: every trial once, and together no more than the budget', async () => {
  const members = [0, 1, 2, 3].map(number => startMember('four', number));
  await Promise.all(members.map(({ ended }) => ended));
  const run = members.flatMap(({ said }) => said('begun')).map(Number);
  expect(run.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4 * each }, (_, id) => id));
  for (const { said } of members) {
    expect(said('stopped')).toEqual([`trials ${4 * each}`]);
    expect(said('begun').length).toBeGreaterThan(0);
  }
  const { trials } = await readState(journal('four'));
  expect(trials.map(({ id, state, attempt }) => [id, state, attempt])).toEqual(run.map((_, id) => [id, 'complete', 1]));
  expect(checkJournal(readFileSync(journal('four'), 'utf8')).flaws).toEqual([]);
}, 600_000);

test('one of four is killed: the others take up its trials, each once', async () => {
  const members = [0, 1, 2, 3].map(number => startMember('killed', number));
  const [victim, ...others] = members as [Member, ...Member[]];
  while (victim.said('ended').length < each / 5) await new Promise(resolve => setTimeout(resolve, 5));
  victim.child.kill('SIGKILL');
  await Promise.all(members.map(({ ended }) => ended));
  const { trials } = await readState(journal('killed'));
  expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 4 * each }, () => 'complete'));
  const again = trials.filter(({ attempt }) => attempt > 1).map(({ id, attempt }) => [id, attempt]);
  // It had two slots.
  expect(again.length).toBeLessThanOrEqual(2);
  expect(again.every(([, attempt]) => attempt === 2)).toBe(true);
  const byOthers = others.flatMap(({ said }) => said('begun'));
  expect(new Set(byOthers).size).toBe(byOthers.length);
  expect(again.every(([id]) => byOthers.includes(String(id)))).toBe(true);
  for (const { said } of others) expect(said('stopped')).toEqual([`trials ${4 * each}`]);
  expect(checkJournal(readFileSync(journal('killed'), 'utf8')).flaws).toEqual([]);
}, 600_000);

test.each([
  [{ fresh: true }, 'starts over'],
  [{ deterministic: true }, 'deterministic'],
])('%o cannot be joined', async (options, words) => {
  const given = { name: 'refused', join: true, objective, reports: folder, ...options };
  expect((await refusal(tune({ space }, given), 'USAGE')).message).toContain(words);
  expect(existsSync(join(folder, 'refused'))).toBe(false);
});
