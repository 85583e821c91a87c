/** Nights of studies in a database: run by its workers, by a schedule, and once, however many processes wait for them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inlineExecutor } from '../../src/executors/inline.ts';
import { runWorker } from '../../src/executors/postgres/worker.ts';
import type { Nightly } from '../../src/report/nightly.ts';
import { openDatabase, type Database } from '../../src/storage/postgres/database.ts';
import { migrate } from '../../src/storage/postgres/migrations.ts';
import { namesInDatabase } from '../../src/storage/postgres/studies.ts';
import type { TrainerFunction } from '../../src/train/custom-trainer.ts';
import { keepNights } from '../../src/tune/night-schedule.ts';
import { nightQueue, scheduleNights, unscheduleNights, type Turns } from '../../src/tune/night-turns.ts';
import { nightly, type NightlyOptions } from '../../src/tune/nightly.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { testFolder } from './test-folder.ts';

/** Two percent of noise, by the seed alone. */
const objective: TrainerFunction = async ({ config, seed, report }) => {
  await report(2);
  return 1 + (Number(config['x']) - 0.8) ** 2 + (seed % 1000) / 50000;
};

const space = {
  trainer: 'train.mjs',
  space: { x: { type: 'float', low: 0, high: 1, default: 0.5 } },
  search: { pruner: 'none' },
  budget: { trials: 6 },
};

/** At a time that is not near. */
const nightlyAt = { cron: '30 1 * * *', zone: 'UTC' };
const root = testFolder();

describe.skipIf(lacksPostgres)('nights in a database', { timeout: 120_000 }, () => {
  let cluster: Postgres;
  let address: string;
  let database: Database;
  let folder: string;
  let reports: string;
  let count = 0;
  const cleanUps: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster?.stop());
  beforeEach(async () => {
    folder = join(root, String((count += 1)));
    reports = join(folder, 'reports');
    mkdirSync(folder);
    // Workers of these tests have the objective already.
    writeFileSync(join(folder, 'train.mjs'), 'export default () => 0;');
    address = await cluster.createDatabase();
    database = await openDatabase(address);
    await migrate(database);
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
    await database.close();
  });

  const write = (name: string, contents: unknown): void =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(contents));
  const overview = (): Nightly => JSON.parse(readFileSync(join(reports, 'nightly.json'), 'utf8')) as Nightly;
  const sql = (text: string) => cluster.sql(text, address);

  async function startWorker(task = objective, slots = 2): Promise<void> {
    const own = await openDatabase(address);
    const drain = new AbortController();
    const ended = runWorker({
      database: own,
      facts: { id: randomUUID(), name: 'worker', slots, tags: [], memory: 4096 },
      prepare: () => Promise.resolve(inlineExecutor(task, slots)),
      notice: () => undefined,
      drain: drain.signal,
      interrupt: new AbortController().signal,
    });
    cleanUps.push(async () => {
      drain.abort();
      await ended;
      await own.close();
    });
  }

  async function night(options: Partial<NightlyOptions> = {}) {
    const notices: string[] = [];
    let trained = 0;
    const { night } = await nightly(folder, {
      reports,
      storage: address,
      confirmSeeds: 4,
      ...options,
      observe(event) {
        if (event.type === 'notice') notices.push(event.text);
        if (event.type === 'trial-started') trained += 1;
        options.observe?.(event);
      },
    });
    return { studies: night.studies, notices, trained };
  }

  test('are trained by its workers, compare with the night before, and leave that one under another name', async () => {
    write('a', space);
    await startWorker();
    const first = await night();
    expect(first.studies).toMatchObject([{ study: 'a', state: 'done' }]);
    expect(first.trained).toBe(6 + 4);
    expect(
      await sql(
        "SELECT DISTINCT body #>> '{result,attributes,worker}' AS worker FROM tune.event WHERE body ->> 'type' = 'trial-finished'",
      ),
    ).toEqual([{ worker: 'worker' }]);
    write('a', { ...space, space: { x: { type: 'float', low: 0, high: 0.2, default: 0.1 } } });
    const second = await night();
    expect(second.studies[0]!.verdict).toMatchObject({ outcome: 'regressed' });
    expect(overview().studies).toMatchObject([
      { study: 'a', state: 'done', verdict: { outcome: 'regressed' }, trend: [expect.any(Number), expect.any(Number)] },
    ]);
    expect(await namesInDatabase(database)).toEqual(['a', expect.stringMatching(/^a@\d{4}-/)]);
  });

  test('that were cut off go on, with what their workers have trained', async () => {
    for (const name of ['a', 'b']) write(name, space);
    await startWorker();
    const controller = new AbortController();
    let finished = 0;
    const cut = await night({
      signal: controller.signal,
      observe: ({ type }) => void (type === 'trial-finished' && ++finished === 3 && controller.abort()),
    });
    expect(cut.studies.map(({ study, state }) => [study, state])).toEqual([
      ['a', 'interrupted'],
      ['b', 'not-run'],
    ]);
    const { notices, studies, trained } = await night();
    expect(notices.join('\n')).toMatch(/study 1 of 2: a goes on where it was cut off/);
    expect(studies.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(trained).toBeLessThan(2 * (6 + 4));
    expect(await namesInDatabase(database)).toEqual(['a', 'b']);
  });

  test('that another process has begun are not run again, with its reports or without', async () => {
    write('a', space);
    await startWorker();
    await night();
    const again = await night({ elapsed: 60 });
    expect(again).toMatchObject({ trained: 0, studies: [{ study: 'a', state: 'done' }] });
    const elsewhere = await night({ elapsed: 60, reports: join(folder, 'elsewhere') });
    expect(elsewhere).toMatchObject({ trained: 0, studies: [{ study: 'a', state: 'done' }] });
    // The next night, there too, is a whole one.
    const next = await night({ reports: join(folder, 'elsewhere') });
    // With the best of the last one trained again beside its own, where they are not the same.
    expect([6 + 4, 6 + 2 * 4]).toContain(next.trained);
  });

  test('that cannot look into the database end, and begin no study over', async () => {
    write('a', space);
    await expect(night({ storage: 'postgres://tune@127.0.0.1:1/tune' })).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
  });

  describe('by a schedule', () => {
    interface Waiting {
      readonly elapsed: readonly number[];
      readonly turns: Turns;
      stop(): Promise<void>;
      readonly ended: Promise<'ended' | 'removed'>;
    }

    /** A process that waits for nights, but for the process. */
    async function wait(
      run: (signal: AbortSignal, elapsed: number) => Promise<boolean>,
      schedule = nightlyAt,
    ): Promise<Waiting> {
      const own = await openDatabase(address, { supervise: true });
      await migrate(own);
      const turns = await scheduleNights(own, folder, schedule);
      const stop = new AbortController();
      const elapsed: number[] = [];
      const ended = keepNights({
        turns,
        signal: stop.signal,
        run(turn, signal) {
          elapsed.push(turn.elapsed);
          return run(signal, turn.elapsed);
        },
      });
      const closed = ended.finally(() => own.close());
      const waiting = {
        elapsed,
        turns,
        ended,
        async stop() {
          stop.abort();
          await closed;
        },
      };
      cleanUps.push(waiting.stop);
      return waiting;
    }

    /** As if the newest night were that of years ago, and its next one due now. */
    async function makeDue(): Promise<void> {
      await sql("UPDATE tune.night SET latest = '2020-01-01 01:30'");
      await database.boss.send(nightQueue(folder), {});
    }

    const began = (...waiting: readonly Waiting[]): number => waiting.flatMap(({ elapsed }) => elapsed).length;
    const until = async (isSo: () => boolean, seconds = 20): Promise<void> => {
      for (const end = performance.now() + seconds * 1000; !isSo(); await sleep(20))
        if (performance.now() > end) throw new Error(`not within ${seconds} s: ${String(isSo)}`);
    };
    /** Ends when it is told to. */
    const endless = (signal: AbortSignal): Promise<boolean> =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve(false)));

    test('each is run once, by one of those that wait', async () => {
      write('a', space);
      await startWorker();
      const run = async (signal: AbortSignal, elapsed: number): Promise<boolean> => {
        await nightly(folder, { reports, storage: address, confirmSeeds: 4, signal, elapsed });
        return !signal.aborted;
      };
      const waiting = [await wait(run), await wait(run), await wait(run)];
      for (let nights = 1; nights <= 2; nights++) {
        await makeDue();
        await until(() => began(...waiting) === nights);
        // Sent again while it runs, and once more when it has run.
        await database.boss.send(nightQueue(folder), {});
        await until(() => readNights() === nights, 60);
        await database.boss.send(nightQueue(folder), {});
        await sleep(5000);
        expect(began(...waiting)).toBe(nights);
      }
      expect(overview().studies[0]!.verdict).toMatchObject({ outcome: expect.any(String) });
      expect(await namesInDatabase(database)).toHaveLength(2);
      // What is sent too late, or twice, is gone.
      expect(await sql(`SELECT FROM tune_boss.job WHERE name = '${nightQueue(folder)}'`)).toEqual([]);
    });

    const readNights = (): number => {
      try {
        return overview().studies[0]!.trend.length;
      } catch {
        return 0;
      }
    };

    test('one whose process has died goes on with another', async () => {
      let isOver = false;
      const first = await wait(signal => endless(signal).finally(() => (isOver = true)));
      await makeDue();
      await until(() => began(first) === 1);
      const second = await wait(() => Promise.resolve(true));
      await sleep(3000);
      expect(began(second)).toBe(0);
      // As if nothing had been heard of it for a lease, and an hour had gone.
      await sql("UPDATE tune.night SET lease_until = now() - interval '1 s', began_at = began_at - interval '1 h'");
      await until(() => began(second) === 1);
      expect(second.elapsed[0]).toBeGreaterThan(3600);
      // The first one finds out, and waits for another night.
      await until(() => isOver);
      expect(began(first)).toBe(1);
    });

    test('one that was told to end leaves the night to another at once', async () => {
      const first = await wait(endless);
      await makeDue();
      await until(() => began(first) === 1);
      await first.stop();
      const second = await wait(() => Promise.resolve(true));
      await until(() => began(second) === 1);
      expect(second.elapsed[0]).toBeGreaterThan(0);
      await sleep(3000);
      expect(began(second)).toBe(1);
    });

    test('a night that takes its processes with it is given up', async () => {
      const first = await wait(endless);
      await makeDue();
      await until(() => began(first) === 1);
      await sql("UPDATE tune.night SET tries = 3, lease_until = now() - interval '1 s', owner = gen_random_uuid()");
      expect(await first.turns.renew()).toBe(false);
      await sleep(5000);
      expect(await first.turns.take()).toBeUndefined();
      await makeDue();
      expect(await first.turns.take()).toEqual({ elapsed: 0 });
    });

    test('what was due while nobody waited is made up for, once', async () => {
      await (await wait(endless)).stop();
      await sql("UPDATE tune.night SET latest = '2020-01-01 01:30'");
      const [one, other] = [await wait(() => Promise.resolve(true)), await wait(() => Promise.resolve(true))];
      await until(() => began(one, other) === 1);
      await sleep(3000);
      expect(began(one, other)).toBe(1);
    });

    test('a new schedule has no past, and one that is removed no future', async () => {
      const waiting = await wait(endless);
      expect(await unscheduleNights(database, folder)).toBe(true);
      expect(await waiting.ended).toBe('removed');
      expect(await unscheduleNights(database, folder)).toBe(false);
      await sql("UPDATE tune.night SET latest = '2020-01-01 01:30'");
      const again = await wait(endless);
      await sleep(3000);
      expect(began(again)).toBe(0);
      expect(await database.boss.getSchedules()).toMatchObject([{ cron: nightlyAt.cron, timezone: 'UTC' }]);
    });

    test('pg-boss says when: within a minute, by the real clock, and of two one', async () => {
      const everyMinute = { cron: '* * * * *', zone: 'UTC' };
      const run = (): Promise<boolean> => Promise.resolve(true);
      const waiting = [await wait(run, everyMinute), await wait(run, everyMinute)];
      await until(() => began(...waiting) > 0, 100);
      await sleep(3000);
      expect(began(...waiting)).toBe(1);
    });
  });
});
