/** Workers and coordinators on one database: what the record of a study says in the end. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TuneError } from '../../../src/errors.ts';
import { claim, giveBack, type Claim } from '../../../src/executors/postgres/claims.ts';
import { queuesOf } from '../../../src/executors/postgres/queues.ts';
import { giveSign } from '../../../src/executors/postgres/workers.ts';
import { asha } from '../../../src/pruners/asha.ts';
import type { Pruner } from '../../../src/study/ports.ts';
import { eventsOf } from '../../../src/storage/postgres/storage.ts';
import type { TrainerFunction } from '../../../src/train/custom-trainer.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';
import { coordinate, finishedBy, startWorker, until, type Coordinator, type TestWorker } from './studies.ts';

/** Reports so many epochs; better with a smaller x. */
const training =
  (epochs: number, pause = 0): TrainerFunction =>
  async ({ config, report }) => {
    const value = Number(config['x']);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      if (pause > 0) await sleep(pause);
      if ((await report(value + 1 / epoch)) === 'stop') break;
    }
    return value;
  };

/** How often each trial has been recorded as finished. */
async function endings({ database, id }: Coordinator): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const event of await eventsOf(database.query, id))
    if (event.type === 'trial-finished') counts[event.trial] = (counts[event.trial] ?? 0) + 1;
  return counts;
}

const once = (trials: number): Record<number, number> =>
  Object.fromEntries(Array.from({ length: trials }, (_, trial) => [trial, 1]));

const workersOf = ({ study }: Coordinator): ReadonlySet<unknown> =>
  new Set(study.trials().map(({ attributes }) => attributes?.['worker']));

async function drainAll(workers: readonly TestWorker[]): Promise<void> {
  for (const worker of workers) worker.drain();
  await Promise.all(workers.map(({ ended }) => ended));
}

describe.skipIf(lacksPostgres)('workers', { timeout: 60_000 }, () => {
  let cluster: Postgres;
  beforeAll(async () => {
    cluster = await startPostgres();
  }, 60_000);
  afterAll(() => cluster?.stop());

  test('four of them bring a study to its end, each trial once', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const workers = await Promise.all([1, 2, 3, 4].map(() => startWorker(address, training(3, 50), { slots: 2 })));
    expect(await coordinator.run({ budget: { trials: 40 } })).toBe('trials');
    expect(await endings(coordinator)).toEqual(once(40));
    const { study } = coordinator;
    expect(study.trials().map(({ value }) => value)).toEqual(study.trials().map(({ id }) => (id === 0 ? 50 : id)));
    expect(study.trials().every(({ curve }) => curve.length === 3)).toBe(true);
    expect(workersOf(coordinator)).toEqual(new Set(workers.map(({ name }) => name)));
    await drainAll(workers);
    expect(await coordinator.database.query('SELECT * FROM tune.worker')).toEqual([]);
    await coordinator.close();
  });

  test('verdicts of a pruner reach them', async () => {
    const address = await cluster.createDatabase();
    const pruner: Pruner = { judge: ({ curve }) => (curve.length < 3 ? 'continue' : 'stop') };
    const coordinator = await coordinate(address, { pruner });
    const worker = await startWorker(address, async ({ config, report }) => {
      let steps = 0;
      while (steps < 20 && (await report(Number(config['x']) + steps)) === 'continue') steps += 1;
      return steps;
    });
    await coordinator.run({ budget: { trials: 3 } });
    for (const trial of coordinator.study.trials())
      expect(trial).toMatchObject({ state: 'pruned', stopped: 'pruner', value: 2 });
    expect(await endings(coordinator)).toEqual(once(3));
    await drainAll([worker]);
    await coordinator.close();
  });

  test('trials pause at rungs, and go on elsewhere', async () => {
    const address = await cluster.createDatabase();
    const pruner = asha.create({
      ...asha.knobs.parse({}),
      minResource: 1,
      reductionFactor: 2,
      type: 'promotion',
    } as never);
    const coordinator = await coordinate(address, { pruner });
    const workers = await Promise.all([1, 2, 3].map(() => startWorker(address, training(8, 2))));
    await coordinator.run({ budget: { trials: 16 } });
    expect(await endings(coordinator)).toEqual(once(16));
    const { study } = coordinator;
    const whole = study.trials().filter(({ state }) => state === 'complete');
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.every(({ curve }) => curve.length === 8)).toBe(true);
    for (const { curve } of study.trials()) expect(curve.map(({ step }) => step)).toEqual(curve.map((_, i) => i + 1));
    // Some trial that paused with one worker was finished by another.
    const takers = (number: number): number =>
      workers.filter(({ events }) => events.some(({ type, claim }) => type === 'taken' && claim.number === number))
        .length;
    expect(study.trials().some(({ id }) => takers(id) > 1)).toBe(true);
    await drainAll(workers);
    await coordinator.close();
  });

  test('one that drains ends what it has begun, and takes no more', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const first = await startWorker(address, training(10, 20));
    const study = coordinator.run({ budget: { trials: 4 } });
    await until(() => first.events.some(({ type }) => type === 'measured'));
    first.drain();
    await first.ended;
    expect(finishedBy(first)).toHaveLength(1);
    const second = await startWorker(address, training(10, 1));
    await study;
    expect(await endings(coordinator)).toEqual(once(4));
    expect(finishedBy(second)).toHaveLength(3);
    await drainAll([second]);
    await coordinator.close();
  });

  test('one that is interrupted gives back what it has, and another one goes on', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const first = await startWorker(address, training(1000, 20), { slots: 2 });
    const study = coordinator.run({ budget: { trials: 2 } });
    await until(() => first.events.filter(({ type }) => type === 'measured').length > 4);
    first.interrupt();
    await first.ended;
    expect(first.events.filter(({ type }) => type === 'given-back')).toHaveLength(1);
    const second = await startWorker(address, training(3), { slots: 2 });
    await study;
    expect(await endings(coordinator)).toEqual(once(2));
    expect(coordinator.study.trials().map(({ state, attempt }) => [state, attempt])).toEqual([
      ['complete', 1],
      ['complete', 1],
    ]);
    await drainAll([second]);
    await coordinator.close();
  });

  test('a study that is interrupted ends the trials that run elsewhere', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const worker = await startWorker(address, training(1000, 20), { slots: 2 });
    const user = new AbortController();
    const study = coordinator.run({ budget: { trials: 4 }, signal: user.signal });
    await until(() => worker.events.filter(({ type }) => type === 'measured').length > 4);
    user.abort();
    expect(await study).toBe('interrupted');
    for (const { state } of coordinator.study.trials()) expect(state).toBe('interrupted');
    expect(worker.events.filter(({ type }) => type === 'finished')).toHaveLength(
      worker.events.filter(({ type }) => type === 'taken').length,
    );
    await drainAll([worker]);
    await coordinator.close();
  });

  test.each(['leaves', 'dies'])('so does one whose worker %s just then', async how => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const { database, id } = coordinator;
    const worker = { id: randomUUID(), name: 'by hand', slots: 1, tags: [] };
    await giveSign(database, worker, 60, false);
    const user = new AbortController();
    const study = coordinator.run({ budget: { trials: 1 }, signal: user.signal });
    let taken: Claim | undefined;
    await until(async () => {
      taken = await claim(database, worker.id, await queuesOf(database, worker), 60);
      return taken !== undefined;
    });
    user.abort();
    await until(async () => {
      const [row] = await database.query<{ cancelled: boolean }>('SELECT cancelled FROM tune.trial');
      return row!.cancelled;
    });
    if (how === 'leaves') await giveBack(database, taken!);
    else await database.query("UPDATE tune.trial SET lease_until = now() - interval '1 s' WHERE study = $1", [id]);
    expect(await study).toBe('interrupted');
    expect(coordinator.study.trials()).toMatchObject([{ state: 'interrupted' }]);
    await coordinator.close();
  });

  test('when a coordinator dies, another one takes its trials over as they are', async () => {
    const address = await cluster.createDatabase();
    const first = await coordinate(address);
    const worker = await startWorker(address, training(60, 20), { slots: 3 });
    void first.run({ budget: { trials: 6 } }).catch(() => undefined);
    await until(() => worker.events.filter(({ type }) => type === 'measured').length > 9);
    await first.die();
    const second = await coordinate(address);
    await second.run({ budget: { trials: 6 } });
    expect(await endings(second)).toEqual(once(6));
    const { study } = second;
    for (const { curve } of study.trials()) expect(curve.map(({ step }) => step)).toEqual(curve.map((_, i) => i + 1));
    expect(study.trials().every(({ curve }) => curve.length === 60)).toBe(true);
    expect(study.trials().filter(({ attempt }) => attempt === 2).length).toBeGreaterThan(0);
    // Nothing was trained twice.
    expect(worker.events.filter(({ type }) => type === 'measured')).toHaveLength(6 * 60);
    await drainAll([worker]);
    await second.close();
  });

  test('two coordinators share a study', async () => {
    const address = await cluster.createDatabase();
    const coordinators = await Promise.all([coordinate(address, { most: 2 }), coordinate(address, { most: 2 })]);
    const workers = await Promise.all([1, 2].map(() => startWorker(address, training(3, 50), { slots: 2 })));
    await Promise.all(coordinators.map(({ run }) => run({ budget: { trials: 20 } })));
    const [first] = coordinators;
    expect(await endings(first!)).toEqual(once(20));
    const starters = await first!.database.query('SELECT DISTINCT writer FROM tune.event');
    expect(starters).toHaveLength(2);
    await drainAll(workers);
    for (const { close } of coordinators) await close();
  });

  test('a trial that nobody judges is given back', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const worker = await startWorker(address, training(60, 20), { lease: 0.6 });
    void coordinator.run({ budget: { trials: 1 } }).catch(() => undefined);
    await until(() => worker.events.some(({ type }) => type === 'measured'));
    await coordinator.die();
    await until(() => worker.events.some(({ type }) => type === 'given-back'));
    expect(worker.notices.some(text => text.includes('nobody has judged it'))).toBe(true);
    worker.interrupt();
    await worker.ended;
  });

  test('what comes of a claim that has lapsed is refused', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const open = new Set<() => void>();
    /** Says nothing until it is let go. */
    const silent: TrainerFunction = async () => {
      await new Promise<void>(resolve => open.add(resolve));
      return 0;
    };
    const first = await startWorker(address, silent);
    const study = coordinator.run({ budget: { trials: 1 } });
    await until(() => open.size === 1);
    // As if it had been stopped for longer than its lease.
    await coordinator.database.query("UPDATE tune.trial SET lease_until = now() - interval '1 s'");
    const second = await startWorker(address, () => 7);
    await study;
    for (const letGo of open) letGo();
    await until(() => first.events.some(({ type }) => type === 'refused'));
    expect(coordinator.study.trials()).toMatchObject([{ value: 7, attributes: { worker: second.name } }]);
    expect(await endings(coordinator)).toEqual(once(1));
    expect(first.notices.at(-1)).toContain('another worker has it');
    await drainAll([first, second]);
    await coordinator.close();
  });

  test('one that cannot train a study leaves its trials to others', async () => {
    const address = await cluster.createDatabase();
    const coordinator = await coordinate(address);
    const lacking = await startWorker(address, () => 0, {
      prepare: () => Promise.reject(new TuneError('FILE_UNREADABLE', 'train.csv is not here')),
    });
    const study = coordinator.run({ budget: { trials: 3 } });
    await until(() => lacking.events.some(({ type }) => type === 'given-back'));
    const able = await startWorker(address, () => 1);
    await study;
    expect(finishedBy(able)).toEqual([0, 1, 2]);
    expect(lacking.notices).toEqual([`trials of study ${coordinator.id} cannot run here: train.csv is not here`]);
    await drainAll([lacking, able]);
    await coordinator.close();
  });
});
