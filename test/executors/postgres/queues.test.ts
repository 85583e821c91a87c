/** Which trials a worker takes: those whose needs it has, and what is said of those whose needs nobody has. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Needs } from '../../../src/executors/needs.ts';
import { queueFor, queuesOf } from '../../../src/executors/postgres/queues.ts';
import { giveSign, leave, unserved } from '../../../src/executors/postgres/workers.ts';
import { openDatabase, type Database } from '../../../src/storage/postgres/database.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';

const needs = {
  none: { tags: [] },
  memory: { tags: [], memory: 8192 },
  gpu: { tags: ['gpu'] },
  both: { tags: ['gpu'], memory: 8192 },
  twoTags: { tags: ['avx', 'gpu'] },
  // As much as may be: ten tags of 32 characters.
  most: { tags: Array.from({ length: 10 }, (_, tag) => `${tag}`.padEnd(32, 'x')), memory: 2 ** 31 - 1 },
} satisfies Record<string, Needs>;

type Name = keyof typeof needs;

const names = Object.keys(needs) as Name[];

const workers: readonly (readonly [who: string, has: Needs, takes: readonly Name[]])[] = [
  ['nothing but little memory', { tags: [], memory: 4096 }, ['none']],
  ['just the memory', { tags: [], memory: 8192 }, ['memory', 'none']],
  ['a tag and too little memory', { tags: ['gpu'], memory: 8191 }, ['gpu', 'none']],
  ['a tag and the memory', { tags: ['gpu'], memory: 8192 }, ['both', 'gpu', 'memory', 'none']],
  ['two tags and no limit', { tags: ['gpu', 'avx'] }, ['twoTags', 'both', 'gpu', 'memory', 'none']],
  ['the most', needs.most, ['most', 'memory', 'none']],
];

describe.skipIf(lacksPostgres)('queues', () => {
  let cluster: Postgres;
  let database: Database;
  const queues = new Map<string, Name>();

  beforeAll(async () => {
    cluster = await startPostgres();
    database = await openDatabase(await cluster.createDatabase());
    await migrate(database);
    await database.query("INSERT INTO tune.study (name) VALUES ('digits')");
    for (const [number, name] of names.entries()) {
      const queue = await queueFor(database, needs[name]);
      queues.set(queue, name);
      await database.query(
        `INSERT INTO tune.trial (study, number, run, state, coordinator, queue, job, body)
         VALUES (1, $1, 1, 'queued', $2, $3, $2, '{}')`,
        [number, randomUUID(), queue],
      );
    }
  }, 60_000);

  afterAll(async () => {
    await database?.close();
    await cluster?.stop();
  });

  test('one for each set of needs, the same for the same', async () => {
    expect([...queues.values()]).toEqual(names);
    expect(await queueFor(database, { tags: ['gpu'], memory: 8192 })).toBe('tune-trials-gpu+8192MB');
    expect(await database.query('SELECT FROM tune.queue')).toHaveLength(names.length);
  });

  test.each(workers)('a worker with %s takes what it can run, what asks for most first', async (_, has, takes) => {
    const served = await queuesOf(database, has);
    expect(served.map(queue => queues.get(queue))).toEqual(takes);
  });

  test.each(workers)('what a worker with %s cannot run is named', async (_, has, takes) => {
    const worker = { id: randomUUID(), name: 'ada', slots: 1, ...has };
    expect(await giveSign(database, worker, 60, false)).toBe(1);
    const lacking = names.filter(name => !takes.includes(name)).map(name => needs[name]);
    const found = await unserved(database, 1);
    await leave(database, worker.id);
    expect(found).toHaveLength(lacking.length);
    expect(found).toEqual(expect.arrayContaining(lacking));
  });
});
