/** Row 14: SIGINT and SIGTERM at random moments of a study of real training, and a second one after the first. */
import { existsSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { startTune } from '../cli/program.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { deserted } from './killed-studies.ts';
import { randomness, rounds, say } from './soak.ts';

const signals = rounds(8, 100);
const folder = realpathSync(testFolder());
const study = join(folder, 'reports', 'moons');

const statesNow = async (): Promise<readonly string[]> =>
  fold(await readJournal(join(study, 'journal.log'))).trials.map(({ state }) => state);
const reports = (): number => readdirSync(study).filter(name => existsSync(join(study, name, 'report.md'))).length;

test.skipIf(process.platform !== 'linux')(
  `${signals} signals`,
  async () => {
    const random = randomness('signals');
    writeFileSync(join(folder, 'moons.json'), JSON.stringify({ ...moons, train: { ...moons.train, epochs: 300 } }));
    const waits = { first: [] as number[], second: [] as number[] };
    /** Trials that a second signal may have left running in the record. */
    let left = 0;
    for (let round = 0; round < signals; round++) {
      const program = startTune(['moons.json', '--trials', '100000', '--slots', '2'], { cwd: folder });
      await program.says(/^moons: /m);
      const written = reports();
      await sleep(random.uniform() * 3000);
      const signal = random.uniform() < 0.5 ? 'SIGINT' : 'SIGTERM';
      const isTwice = random.uniform() < 0.3;
      program.child.kill(signal);
      let begin = performance.now();
      await program.says(/press Ctrl-C again/);
      if (isTwice) {
        await sleep(random.uniform() * 100);
        begin = performance.now();
        program.child.kill(signal);
      }
      const { code, err } = await program.ended;
      waits[isTwice ? 'second' : 'first'].push(performance.now() - begin);
      expect({ code, err }).toMatchObject({ code: 130 });
      expect(err).not.toContain('error:');
      await deserted(folder);
      if (isTwice) {
        left = 2;
        continue;
      }
      expect(reports()).toBe(written + 1);
      const states = await statesNow();
      const unfinished = states.filter(state => state !== 'complete');
      expect(unfinished.length).toBeLessThanOrEqual(2);
      // A run that had to end before it took them up again leaves them as a second signal did.
      expect(unfinished.filter(state => state !== 'interrupted').length).toBeLessThanOrEqual(left);
      left = unfinished.filter(state => state === 'running').length;
    }
    const before = await statesNow();
    const program = startTune(['moons.json', '--trials', String(before.length), '--slots', '2'], { cwd: folder });
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(new Set(await statesNow())).toEqual(new Set(['complete']));
    const [first, second] = [waits.first, waits.second].map(list => `${Math.max(0, ...list).toFixed(0)} ms`);
    say(
      `${signals} signals, ${before.length} trials: the first ends within ${first}, the second within ${second}; no orphans`,
    );
    for (const wait of waits.first) expect(wait).toBeLessThan(30_000);
    for (const wait of waits.second) expect(wait).toBeLessThan(5000);
  },
  rounds(240_000, 3_600_000),
);
