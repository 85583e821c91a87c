/** Several members of one study: here handles of one process, which know as little of each other as processes do. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkJournal } from '../../src/cli/journal-flaws.ts';
import { lockJournal, openJournal, readJournal, usersOf } from '../../src/storage/journal.ts';
import { joinJournal } from '../../src/storage/shared-journal.ts';
import { fold } from '../../src/study/fold.ts';
import type { Study } from '../../src/study/study.ts';
import { makeStudy, refusal } from '../study/make-study.ts';
import { folder, path } from './journal-place.ts';

const silent = (): void => undefined;
const joined = async (): Promise<Study> => makeStudy({ storage: await joinJournal(path, silent) });
const members = (): string => `${path}.members`;

/** What a process leaves that was killed: one that Linux cannot have. */
function leaveDeadMember(id: string): void {
  mkdirSync(members(), { recursive: true });
  writeFileSync(join(members(), id), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), id }));
}

describe('members of a study', () => {
  test('never have the same trial, and see what the others did', async () => {
    const studies = [await joined(), await joined(), await joined()];
    const asked = await Promise.all(
      studies.flatMap(study =>
        Array.from({ length: 20 }, async () => {
          const { id } = (await study.ask())!;
          await study.report(id, { step: 1, value: id });
          await study.tell(id, id);
          return id;
        }),
      ),
    );
    expect(asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, id) => id));
    const { trials } = fold(await readJournal(path));
    for (const study of studies) {
      expect(await study.doOthersRun()).toBe(false);
      expect(study.trials()).toEqual(trials);
    }
    expect(
      trials.every(({ state, attempt, curve }) => state === 'complete' && attempt === 1 && curve.length === 1),
    ).toBe(true);
    for (const study of studies) await study.close();
    expect(checkJournal(readFileSync(path, 'utf8'))).toMatchObject({ flaws: [], trials: 60 });
    expect(readdirSync(folder)).toEqual(['journal.log', 'journal.log.members']);
    expect(readdirSync(members())).toEqual([]);
  });

  test('begin no more trials than are wanted, all of them together', async () => {
    const studies = [await joined(), await joined()];
    const asked = await Promise.all(Array.from({ length: 20 }, (_, turn) => studies[turn % 2]!.ask(7)));
    expect(asked.filter(trial => trial !== undefined)).toHaveLength(7);
    await studies[0]!.interrupt(asked.findIndex((trial, turn) => trial && turn % 2 === 0) < 0 ? 1 : 0);
    expect(await studies[1]!.ask(7)).toMatchObject({ id: 0, attempt: 2 });
    for (const study of studies) await study.close();
  });

  test('leave the trials of the others alone', async () => {
    const [one, other] = [await joined(), await joined()];
    await one.ask();
    expect(await other.ask()).toMatchObject({ id: 1 });
    expect(await one.doOthersRun()).toBe(true);
    const { message } = await refusal(other.tell(0, 1), 'TRIAL_UNKNOWN');
    expect(message).toBe('trial 0 runs in another process');
    await one.pause(0);
    await other.promote(false);
    await one.close();
    await other.close();
  });

  test('take up enqueued trials of the others, each once', async () => {
    const [one, other] = [await joined(), await joined()];
    await one.enqueue({ x: 7 });
    const asked = await Promise.all([one.ask(), other.ask(), one.ask()]);
    const byId = asked.toSorted((a, b) => a!.id - b!.id);
    expect(byId.map(trial => trial!.config)).toEqual([{ x: 50 }, { x: 7 }, { x: 2 }]);
    await one.close();
    await other.close();
  });

  test('pass over what a killed one has written in part', async () => {
    const [one, other] = [await joined(), await joined()];
    await one.ask();
    appendFileSync(path, '{"op_code":6,"trial_id":0,"sta');
    await other.ask();
    await one.tell(0, 1);
    expect(await other.doOthersRun()).toBe(false);
    expect(other.trials()).toMatchObject([{ state: 'complete' }, { state: 'running' }]);
    await one.close();
    await other.close();
    expect(checkJournal(readFileSync(path, 'utf8')).flaws).toEqual([]);
  });
});

describe('a member that was killed', () => {
  test('leaves its trial to one of the others, as a further attempt', async () => {
    const [one, other] = [await joined(), await joined()];
    await one.ask();
    // Its trial, by one who is no longer there.
    const [file] = readdirSync(members());
    const text = readFileSync(path, 'utf8');
    const owner = /"member":"([^"]+)"/.exec(text)![1]!;
    expect(readdirSync(members())).toContain(owner);
    expect(file).toBeDefined();
    leaveDeadMember(owner);
    const asked = await Promise.all([other.ask(), other.ask()]);
    expect(asked).toMatchObject([
      { id: 0, attempt: 2 },
      { id: 1, attempt: 1 },
    ]);
    await one.close();
    await other.close();
  });

  test('is forgotten by the next that joins', async () => {
    leaveDeadMember('gone');
    const study = await joined();
    expect(readdirSync(members())).toHaveLength(1);
    await study.close();
  });

  test('is no hindrance to a process that opens the study alone, and begins its trials again', async () => {
    const one = await joined();
    await one.ask();
    leaveDeadMember(readdirSync(members())[0]!);
    const alone = await makeStudy({ storage: await openJournal(path) });
    expect(await alone.ask()).toMatchObject({ id: 0, attempt: 2 });
    await alone.tell(0, 1);
    await alone.close();
    await one.close();
  });
});

describe('one process alone, or several that join', () => {
  test('a study that has members cannot be opened alone, nor started over', async () => {
    const study = await joined();
    for (const take of [openJournal, lockJournal])
      expect((await refusal(take(path), 'STUDY_IN_USE')).message).toContain(
        `process ${process.pid} is using this study`,
      );
    expect(await usersOf(path)).toEqual([process.pid]);
    await study.close();
    expect(await usersOf(path)).toEqual([]);
    await (await openJournal(path)).close();
  });

  test('a study that is open alone cannot be joined', async () => {
    const alone = await openJournal(path);
    expect((await refusal(joinJournal(path, silent), 'STUDY_IN_USE')).message).toContain(`process ${process.pid}`);
    await alone.close();
    await (await joinJournal(path, silent)).close();
  });

  test('another study cannot be joined', async () => {
    const study = await joined();
    await refusal(makeStudy({ storage: await joinJournal(path, silent), seed: 2 }), 'STUDY_CHANGED');
    await study.close();
    expect(readdirSync(members())).toEqual([]);
  });
});

describe('a damaged journal', () => {
  async function damage(): Promise<void> {
    const study = await makeStudy({ storage: await openJournal(path) });
    for (let id = 0; id < 3; id++) await study.tell((await study.ask())!.id, id);
    await study.close();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"trial_id":1', '"trial-id":1'));
  }

  test('is mended by the first that joins', async () => {
    await damage();
    const told: string[] = [];
    const storage = await joinJournal(path, text => told.push(text));
    expect(told).toHaveLength(1);
    expect((await storage.state()).trials).toHaveLength(3);
    await storage.close();
  });

  test('is left as it is while others have it open', async () => {
    await damage();
    const study = await joined();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"trial_id":2', '"trial-id":2'));
    const before = readFileSync(path);
    expect((await refusal(joinJournal(path, silent), 'STORAGE_FAILED')).message).toContain('other processes use it');
    expect(readFileSync(path)).toEqual(before);
    await study.close();
  });
});
