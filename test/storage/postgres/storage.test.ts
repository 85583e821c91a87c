/** What a study in a database promises: any number of processes, each event once, whoever dies, be it the server. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/postgres/database.ts';
import { migrate, versionOf } from '../../../src/storage/postgres/migrations.ts';
import { eventsOf, openDatabaseStorage } from '../../../src/storage/postgres/storage.ts';
import { findInDatabase, usersInDatabase } from '../../../src/storage/postgres/studies.ts';
import { fold } from '../../../src/study/fold.ts';
import { lacksPostgres } from '../../postgres.ts';
import { at, line, makeStudy, refusal } from '../../study/make-study.ts';
import { histories } from '../histories.ts';
import { testDatabase } from './test-database.ts';

const script = fileURLToPath(new URL('busy-process.mjs', import.meta.url));

interface Busy {
  readonly child: ChildProcess;
  /** The next line that it says. */
  next(): Promise<string>;
  /** All lines up to its end. */
  rest(): Promise<readonly string[]>;
}

function startBusy(address: string, study: string, count: number): Busy {
  const child = spawn(process.execPath, [script, address, study, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const rest: string[] = [];
  return {
    child,
    next: async () => (await lines.next()).value as string,
    async rest() {
      for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value);
      return rest;
    },
  };
}

describe.skipIf(lacksPostgres)('a study in a database', () => {
  const served = testDatabase();
  const open = (name: string) => openDatabaseStorage(served.database, name);
  const eventsIn = async (name: string) => eventsOf(served.database.query, await findInDatabase(served.database, name));
  /** As if the time of its last sign of life had passed. */
  const expire = (member: string) =>
    served.postgres.sql(`UPDATE tune.member SET lease_until = now() WHERE id = '${member}'`);

  test('reads what was appended, whatever it is', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(histories, async events => {
        const name = `history-${count++}`;
        const storage = await open(name);
        expect(await storage.read()).toEqual([]);
        for (const event of events) await storage.append(event);
        expect(await storage.read()).toEqual(events);
        expect(await storage.state()).toEqual(fold(events));
        await storage.close();
        const again = await open(name);
        expect(await again.state()).toEqual(fold(events));
        await again.close();
      }),
      { numRuns: 20 },
    );
  });

  test('four processes run 100 trials each: every number once, and nothing is missing', async () => {
    const processes = Array.from({ length: 4 }, () => startBusy(served.address, 'four', 100));
    const said = await Promise.all(processes.map(({ rest }) => rest()));
    for (const lines of said) expect(lines.at(-1)).toBe('done');
    const ids = said.flatMap(lines => lines.slice(0, -1)).map(Number);
    const all = Array.from({ length: 400 }, (_, id) => id);
    expect(ids.toSorted((a, b) => a - b)).toEqual(all);

    const events = await eventsIn('four');
    const trialsOf = (type: string) =>
      events.flatMap(event => (event.type === type && 'trial' in event ? event.trial : []));
    expect(trialsOf('trial-started')).toEqual(all);
    for (const type of ['trial-measured', 'trial-finished'])
      expect(trialsOf(type).toSorted((a, b) => a - b)).toEqual(all);
    expect(events.filter(({ type }) => type === 'study-created')).toHaveLength(1);
    expect(fold(events).trials.map(({ state, value }) => [state, value])).toEqual(all.map(id => ['complete', id]));
    const [row] = await served.postgres.sql(
      `SELECT count(*)::int, min(seq), max(seq), count(DISTINCT writer)::int AS writers
       FROM tune.event JOIN tune.study ON id = study WHERE name = 'four'`,
    );
    expect(row).toEqual({ count: events.length, min: 1, max: events.length, writers: 4 });
    expect(await usersInDatabase(served.database, await findInDatabase(served.database, 'four'))).toEqual([]);
  });

  test('what a killed process ran is taken up by others once its lease is over', async () => {
    const victim = startBusy(served.address, 'killed', 0);
    const [member, ...ids] = (await victim.next()).split(' ');
    victim.child.kill('SIGKILL');
    await once(victim.child, 'close');
    const study = await makeStudy({ name: 'killed', storage: await open('killed') });
    expect(await study.doOthersRun()).toBe(true);
    const third = await study.ask();
    expect(third).toMatchObject({ id: 2, attempt: 1 });
    await expire(member!);
    while (await study.doOthersRun()) await sleep(50);
    for (const id of ids) {
      const trial = await study.ask();
      expect(trial).toMatchObject({ id: Number(id), attempt: 2, curve: [] });
      await study.tell(trial!.id, 1);
    }
    expect(await study.ask()).toMatchObject({ id: 3 });
    await study.close();
  });

  test('a process that was stopped for longer than its lease can say nothing any more of what others have taken up', async () => {
    const sleeper = startBusy(served.address, 'stopped', 0);
    const [member, first, second] = (await sleeper.next()).split(' ');
    sleeper.child.kill('SIGSTOP');
    await expire(member!);
    const study = await makeStudy({ name: 'stopped', storage: await open('stopped') });
    expect(await study.ask()).toMatchObject({ id: Number(first), attempt: 2 });
    sleeper.child.kill('SIGCONT');
    sleeper.child.stdin!.write('tell\n');
    expect(await sleeper.next()).toBe(`trial ${first} runs in another process`);
    expect(await sleeper.next()).toBe('done');
    await study.tell(Number(first), 0.5);
    expect(study.trials()[Number(first)]).toMatchObject({ state: 'complete', value: 0.5, attempt: 2 });
    expect(await study.ask()).toMatchObject({ id: Number(second), attempt: 2 });
    await study.close();
    expect((await eventsIn('stopped')).filter(({ type }) => type === 'trial-finished')).toHaveLength(1);
  });

  test('each acknowledged event is there once, whenever the server crashes', async () => {
    const notices: string[] = [];
    const address = await served.postgres.createDatabase();
    const database = await openDatabase(address, { notice: text => notices.push(text) });
    await migrate(database);
    const storage = await openDatabaseStorage(database, 'crashes');
    await storage.append({ type: 'study-created', study: 'crashes', direction: 'minimize', seed: 1, space: line, at });
    let crashes: Promise<void> = Promise.resolve();
    for (let trial = 0; trial < 200; trial++) {
      if (trial % 40 === 20) crashes = crashes.then(() => served.postgres.restart('immediate'));
      await storage.append({ type: 'trial-started', trial, attempt: 1, config: { x: trial % 101 }, at });
    }
    await crashes;
    const events = await storage.read();
    expect(events).toHaveLength(201);
    expect(events.slice(1).map(event => 'trial' in event && event.trial)).toEqual(
      Array.from({ length: 200 }, (_, id) => id),
    );
    expect(await storage.state()).toEqual(fold(events));
    expect(notices.filter(text => text.includes('is away')).length).toBeGreaterThan(0);
    await storage.close();
    await database.close();
  });
});

describe.skipIf(lacksPostgres)('the tables', () => {
  const served = testDatabase();
  const newest = async (): Promise<number> => versionOf(served.database.query);
  /** All that anyone made in a database. */
  const shapeOf = (address: string) =>
    served.postgres.sql(
      `SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
       WHERE table_schema LIKE 'tune%' ORDER BY 1, 2, 3`,
      address,
    );
  const using = async (
    address: string,
    task: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<void>,
  ) => {
    const database = await openDatabase(address);
    try {
      await task(database);
    } finally {
      await database.close();
    }
  };

  test('are made once, and stay as they are', async () => {
    const address = await served.postgres.createDatabase();
    await using(address, async database => {
      expect(await versionOf(database.query)).toBe(0);
      await migrate(database);
      expect(await versionOf(database.query)).toBe(await newest());
      const before = await shapeOf(address);
      await migrate(database);
      expect(await shapeOf(address)).toEqual(before);
    });
  });

  test('of an older version come up to date', async () => {
    const address = await served.postgres.createDatabase();
    // Version 0: somebody has begun, and nothing more.
    await served.postgres.sql('CREATE TABLE public.notes (id int)', address);
    await using(address, migrate);
    expect(await shapeOf(address)).toEqual(await shapeOf(served.address));
    expect(await served.postgres.sql('SELECT count(*)::int FROM public.notes', address)).toEqual([{ count: 0 }]);
  });

  test('are made by one of several that come at once', async () => {
    const address = await served.postgres.createDatabase();
    await Promise.all(Array.from({ length: 4 }, () => using(address, migrate)));
    expect(await shapeOf(address)).toEqual(await shapeOf(served.address));
    expect(await served.postgres.sql('SELECT version FROM tune.version', address)).toEqual([
      { version: await newest() },
    ]);
  });

  test('of a newer version are refused, and not touched', async () => {
    const address = await served.postgres.createDatabase();
    await using(address, migrate);
    await served.postgres.sql(
      'UPDATE tune.version SET version = 99; ALTER TABLE tune.event ADD COLUMN more int',
      address,
    );
    const before = await shapeOf(address);
    await using(address, async database => {
      const { message } = await refusal(migrate(database), 'STORAGE_FAILED');
      expect(message).toContain(`its tables are of version 99, and this tfjs-tune knows ${await newest()}`);
      expect(message).toContain('update tfjs-tune');
    });
    expect(await shapeOf(address)).toEqual(before);
    expect(await served.postgres.sql('SELECT version FROM tune.version', address)).toEqual([{ version: 99 }]);
  });

  test('are not made by who may not, who learns who can', async () => {
    await served.postgres.sql('CREATE ROLE guest LOGIN', served.postgres.admin);
    const address = await served.postgres.createDatabase();
    const guest = address.replace('tune@', 'guest@');
    await using(guest, async database => {
      const { message } = await refusal(migrate(database), 'STORAGE_FAILED');
      expect(message).toContain('this role may not make them');
      expect(message).toContain('tune migrate');
    });
    expect(await shapeOf(address)).toEqual([]);
  });
});
