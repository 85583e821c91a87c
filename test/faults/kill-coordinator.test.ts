/** Row 1: kill -9 of the coordinator at random moments of a study of real training. */
import { realpathSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { operations, parseLine, states, type JournalLine } from '../../src/storage/journal-line.ts';
import { readJournal } from '../../src/storage/journal.ts';
import { ownPrefix } from '../../src/storage/replay.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import { formatNumber } from '../../src/text.ts';
import { runTune } from '../cli/program.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { deserted, startDriver, startProgram, type Acknowledged } from './killed-studies.ts';
import { randomness, rounds, say } from './soak.ts';

const kills = rounds(8, 200);
const folder = realpathSync(testFolder());
const journal = join(folder, 'reports', 'moons', 'journal.log');

/** What an event is about. */
function keyOf(event: StudyEvent): string {
  if (event.type === 'study-created') return event.type;
  if (event.type === 'trial-started') return `started ${event.trial} ${event.attempt}`;
  if (event.type === 'trial-measured') return `measured ${event.trial} ${event.measurement.step}`;
  return `${event.type} ${event.trial}`;
}

/** Acknowledged events that are not in the journal as they were told. */
async function lost(acknowledged: readonly Acknowledged[]): Promise<readonly Acknowledged[]> {
  const events = await readJournal(journal);
  const stored = new Map<string, StudyEvent[]>();
  for (const event of events) stored.set(keyOf(event), [...(stored.get(keyOf(event)) ?? []), event]);
  const { trials } = fold(events);
  return acknowledged.filter(event => {
    if (event.type !== 'line') return !stored.get(keyOf(event))?.some(other => isDeepStrictEqual(other, event));
    const { state, value } = trials[event.trial] ?? {};
    return event.outcome !== `${state}  ${formatNumber(value ?? NaN)}`;
  });
}

/** Lines of the journal that say what others say already, and those that say nothing. */
async function flaws(): Promise<readonly string[]> {
  const text = await readFile(journal, 'utf8');
  const lines = text.split('\n').slice(0, -1);
  const seen = new Set<string>();
  const keysOf = ({ op_code, trial_id, state, user_attr }: JournalLine): readonly string[] => {
    if (op_code === operations.createTrial) return [`trial ${trial_id} begins`];
    if (op_code === operations.setTrialState && state !== states.running) return [`trial ${trial_id} ends`];
    const attempt: unknown = user_attr?.[`${ownPrefix}attempt`];
    return attempt === undefined ? [] : [`attempt ${String(attempt)} of trial ${trial_id}`];
  };
  return lines.flatMap((text, index) => {
    const line = parseLine(Buffer.from(text));
    if (!line || line['seq'] !== index) return [`line ${index + 1}: ${text}`];
    const twice = keysOf(line).filter(key => seen.has(key));
    for (const key of keysOf(line)) seen.add(key);
    return twice;
  });
}

test.skipIf(process.platform !== 'linux')(
  `${kills} kills`,
  async () => {
    const random = randomness('kill -9 of the coordinator');
    writeFileSync(join(folder, 'moons.json'), JSON.stringify(moons));
    const acknowledged: Acknowledged[] = [];
    let slowest = 0;
    for (let kill = 0; kill < kills; kill++) {
      const life =
        kill % 2 === 0
          ? startProgram(['moons.json', '--trials', '100000', '--slots', '4'], folder)
          : startDriver('moons.json', { trials: 100_000, slots: 4 }, folder, join(folder, `${kill}.acknowledged`));
      // Some are killed while they start, the others once a few trials have ended.
      const after = random.int(4);
      const ended = (): number =>
        life.acknowledged().filter(({ type }) => type === 'line' || type === 'trial-finished').length;
      while (ended() < after && life.program.child.exitCode === null) await sleep(10);
      await sleep(random.uniform() * (after === 0 ? 2000 : 300));
      expect(life.program.child.exitCode).toBe(null);
      life.program.child.kill('SIGKILL');
      await life.ended;
      slowest = Math.max(slowest, await deserted(folder));
      acknowledged.push(...life.acknowledged());
      expect(await lost(acknowledged)).toEqual([]);
    }
    const { trials: before } = fold(await readJournal(journal));
    const { code, err } = await runTune(['moons.json', '--trials', String(before.length), '--slots', '4'], {
      cwd: folder,
    });
    expect({ code, err }).toMatchObject({ code: 0 });
    const { trials } = fold(await readJournal(journal));
    expect(trials).toHaveLength(before.length);
    expect(trials.filter(({ state }) => state !== 'complete')).toEqual([]);
    expect(await lost(acknowledged)).toEqual([]);
    expect(await flaws()).toEqual([]);
    await deserted(folder);
    const attempts = Math.max(...trials.map(({ attempt }) => attempt));
    say(
      `${kills} kills, ${trials.length} trials, ${acknowledged.length} acknowledgements, none lost; up to ${attempts} attempts; the slowest host was gone after ${slowest.toFixed(0)} ms`,
    );
  },
  rounds(240_000, 3_600_000),
);
