/** Row 24: a study in PostgreSQL whose workers and coordinators are killed and stopped, and whose server and network fail. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { testFolder } from '../tune/test-folder.ts';
import {
  endAll,
  endedBy,
  expectOnce,
  notesOf,
  ofType,
  startCoordinator,
  startCrew,
  startWorker,
  until,
  type Note,
  type Role,
} from './database-studies.ts';
import { makeNetwork, type Network } from './network.ts';
import { randomness, say } from './soak.ts';

const folder = testFolder();
const network = lacksPostgres ? lacksPostgres : makeNetwork();
const lacksNetwork = typeof network === 'string';
if (lacksNetwork) console.warn(`the network block is skipped: ${network}`);
/** Milliseconds for a test, on a machine that has more to do. */
const patience = 600_000;
const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

describe.skipIf(lacksPostgres || process.platform !== 'linux')('a study in PostgreSQL', () => {
  let server: Postgres;
  beforeAll(async () => {
    // What it has said to be safe has to survive its crash.
    const listen_addresses = ['127.0.0.1', ...(typeof network === 'string' ? [] : [network.host])].join();
    server = await startPostgres({ settings: { fsync: 'on', full_page_writes: 'on', listen_addresses } });
  });
  afterAll(async () => {
    endAll();
    await server?.stop();
    if (typeof network !== 'string') network.remove();
  });

  test(
    '60 workers are killed, and the server once: 1,500 of 1,500 trials recorded once',
    async () => {
      const [kills, trials] = [60, 1500];
      const random = randomness('row 24: kill -9 of workers');
      const address = await server.createDatabase();
      const begin = performance.now();
      const study = { address, study: 'kills', trials, lease: 15 };
      const coordinator = startCoordinator(study, folder);
      const crew = startCrew(5, { address, lease: 2, steps: 2, milliseconds: 10 }, folder);
      const passes = (count: number): Promise<void> =>
        until(() => endedBy([coordinator]).size >= count, `trial ${count}`, [coordinator, ...crew.all]);
      let away = 0;
      for (let kill = 1; kill <= kills; kill++) {
        await passes(Math.floor((trials * 0.95 * kill) / kills));
        await sleep(random.uniform() * 100);
        crew.present[random.int(crew.present.length)]!.child.kill('SIGKILL');
        if (kill !== kills / 2) continue;
        await server.restart('immediate');
        away = performance.timeOrigin + performance.now();
      }
      expect(await coordinator.ended).toMatchObject({ code: 0 });
      const took = seconds(begin);
      await crew.dismiss();
      await expectOnce(server, address, study, [coordinator], crew.all);
      const notes = notesOf(crew.all);
      const back = [coordinator, ...crew.all].flatMap(role => {
        const is = role.notes().find(note => note.type === 'notice' && note.text.includes(' is back'));
        return is ? is.at - away : [];
      });
      expect(back.length).toBeGreaterThan(0);
      expect(Math.max(...back)).toBeLessThan(5000);
      say(
        `${kills} kills, one immediate restart: ${trials} of ${trials} trials recorded once, ${ofType(notes, 'taken').filter(({ attempt }) => attempt > 1).length} claimed again, ${took} s; ${back.length} processes back within ${(Math.max(...back) / 1000).toFixed(1)} s`,
      );
    },
    patience,
  );

  test(
    '60 workers are stopped past their leases, and go on: what they bring late is refused',
    async () => {
      const [pauses, trials, lanes] = [60, 600, 4];
      const random = randomness('row 24: stopped workers');
      const address = await server.createDatabase();
      const begin = performance.now();
      const study = { address, study: 'pauses', trials, lease: 15 };
      const coordinator = startCoordinator(study, folder);
      const crew = startCrew(8, { address, lease: 1.5, steps: 1, milliseconds: 200 }, folder);
      /** Claims whose workers are stopped, or were. */
      const stopped = new Set<Note>();
      /** The claim of a worker that is in the middle of a trial. */
      const claimOf = (worker: Role) => {
        const notes = worker.notes();
        const claim = ofType(notes, 'taken').at(-1);
        const isBusy = /taken|measured/.test(notes.at(-1)?.type ?? '');
        return claim && isBusy && !stopped.has(claim) ? claim : undefined;
      };
      const lane = async (): Promise<void> => {
        while (stopped.size < pauses && coordinator.child.exitCode === null) {
          const busy = crew.present.filter(claimOf);
          const worker = busy[random.int(Math.max(1, busy.length))];
          worker?.child.kill('SIGSTOP');
          const claim = worker && claimOf(worker);
          if (claim) {
            stopped.add(claim);
            // Some go on while their trial waits for the next worker or is with it, others when it has ended.
            if (random.uniform() < 0.3) await sleep(1500 + 3000 * random.uniform());
            else
              await until(() => endedBy([coordinator]).has(claim.trial), `the end of trial ${claim.trial}`, [
                coordinator,
              ]);
          }
          worker?.child.kill('SIGCONT');
          await sleep(20);
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      expect(await coordinator.ended).toMatchObject({ code: 0 });
      const took = seconds(begin);
      await crew.dismiss();
      expect(stopped.size).toBeGreaterThanOrEqual(pauses);
      await expectOnce(server, address, study, [coordinator], crew.all);
      const refused = crew.all.flatMap(worker => ofType(worker.notes(), 'refused'));
      /** Of those, the ones that had come to a result. */
      const late = crew.all.flatMap(worker => {
        const notes = worker.notes().filter(({ type }) => type !== 'notice');
        return notes.filter(({ type }, place) => type === 'refused' && notes[place - 1]?.type === 'result');
      });
      say(
        `${stopped.size} pauses: ${trials} of ${trials} trials recorded once, ${refused.length} late claims refused, ${late.length} of them with a result, ${took} s`,
      );
      expect(late.length).toBeGreaterThanOrEqual(10);
    },
    patience,
  );

  describe.concurrent('at the same time', () => {
    test(
      'a coordinator is killed, and the next one goes on with its study',
      async () => {
        const [kills, trials] = [5, 200];
        const random = randomness('row 24: kill -9 of coordinators');
        const address = await server.createDatabase();
        const begin = performance.now();
        const study = { address, study: 'coordinators', trials, lease: 3 };
        const crew = startCrew(3, { address, lease: 2, steps: 2, milliseconds: 30 }, folder);
        const coordinators = [startCoordinator(study, folder)];
        for (let kill = 1; kill <= kills; kill++) {
          const count = Math.floor((trials * kill) / (kills + 1));
          await until(() => endedBy(coordinators).size >= count, `trial ${count}`, [...coordinators, ...crew.all]);
          await sleep(random.uniform() * 100);
          coordinators.at(-1)!.child.kill('SIGKILL');
          coordinators.push(startCoordinator(study, folder));
        }
        expect(await coordinators.at(-1)!.ended).toMatchObject({ code: 0 });
        const took = seconds(begin);
        await crew.dismiss();
        const events = await expectOnce(server, address, study, coordinators, crew.all);
        const again = events.filter(event => event.type === 'trial-started' && event.attempt > 1).length;
        say(
          `${kills} coordinators killed: ${trials} of ${trials} trials recorded once, ${again} taken over, ${took} s`,
        );
        expect(again).toBeGreaterThan(0);
      },
      patience,
    );

    test(
      'a trial that ends each process that runs it fails, and the others do not',
      async () => {
        const [trials, poison] = [12, 2];
        const address = await server.createDatabase();
        const begin = performance.now();
        const study = { address, study: 'poison', trials, lease: 15 };
        const coordinator = startCoordinator(study, folder);
        const crew = startCrew(2, { address, lease: 1.5, steps: 2, milliseconds: 20, poison: [poison] }, folder);
        expect(await coordinator.ended).toMatchObject({ code: 0 });
        const took = seconds(begin);
        const deaths = crew.all.filter(({ child }) => child.exitCode === 9).length;
        await crew.dismiss();
        const events = await expectOnce(server, address, study, [coordinator], crew.all);
        const results = events.flatMap(event => (event.type === 'trial-finished' ? event : []));
        expect(results.find(({ trial }) => trial === poison)?.result).toMatchObject({
          state: 'failed',
          failure: { cause: 'crash' },
        });
        expect(results.filter(({ result }) => result.state === 'failed')).toHaveLength(1);
        say(`a trial that ended ${deaths} workers has failed; ${trials - 1} others have not, ${took} s`);
        expect(deaths).toBe(6);
      },
      patience,
    );

    test(
      'clocks that are wrong by an hour end no claim, and keep none alive',
      async () => {
        const trials = 12;
        const address = await server.createDatabase();
        const begin = Date.now();
        const study = { address, study: 'clocks', trials, lease: 15 };
        const coordinator = startCoordinator(study, folder, { node: wrongBy(-1) });
        const work = { address, lease: 4, steps: 3, milliseconds: 2000 };
        const workers = [1, -1, 1, -1].map(hours => startWorker(work, folder, { node: wrongBy(hours) }));
        const [victim] = workers;
        const measured = () => ofType(victim!.notes(), 'measured').at(-1);
        await until(() => measured() !== undefined, 'a measurement', [coordinator, ...workers]);
        const trial = measured()!.trial;
        victim!.child.kill('SIGKILL');
        expect(await coordinator.ended).toMatchObject({ code: 0 });
        for (const { child } of workers) child.kill('SIGTERM');
        await Promise.all(workers.map(({ ended }) => ended));
        const events = await expectOnce(server, address, study, [coordinator], workers);
        const notes = notesOf(workers);
        expect(ofType(notes, 'refused')).toEqual([]);
        const again = ofType(notes, 'taken').filter(({ attempt }) => attempt > 1);
        expect(again.map(note => note.trial)).toEqual([trial]);
        const times = events.flatMap(event => ('at' in event ? Date.parse(event.at) : []));
        expect(Math.min(...times)).toBeGreaterThan(begin - 60_000);
        expect(Math.max(...times)).toBeLessThan(Date.now() + 60_000);
        say(`clocks wrong by -1 h and +1 h: no claim lapsed that was held, the one of a dead worker did`);
      },
      patience,
    );

    test.skipIf(lacksNetwork)(
      'the network is gone for 30 s, for a coordinator and workers',
      async () => {
        const trials = 200;
        const { host, within, block, unblock } = network as Network;
        const address = await server.createDatabase();
        const begin = performance.now();
        const study = { address, study: 'network', trials, lease: 15 };
        const farAddress = address.replace('127.0.0.1', host);
        const work = { lease: 3, steps: 2, milliseconds: 300 };
        const far = [
          startCoordinator({ ...study, address: farAddress }, folder, { within }),
          ...[1, 2].map(() => startWorker({ ...work, address: farAddress }, folder, { within })),
        ];
        const near = [startCoordinator(study, folder), ...[1, 2].map(() => startWorker({ ...work, address }, folder))];
        const all = [...far, ...near];
        const [coordinators, workers] = [
          [far[0]!, near[0]!],
          [...far.slice(1), ...near.slice(1)],
        ];
        const isBusy = (role: Role): boolean =>
          role.notes().some(({ type }) => type === 'finished' || type === 'event');
        await until(() => far.every(isBusy), 'work on both sides', all);
        block();
        await sleep(30_000);
        unblock();
        const end = performance.timeOrigin + performance.now();
        for (const coordinator of coordinators) expect(await coordinator.ended).toMatchObject({ code: 0 });
        for (const { child } of workers) child.kill('SIGTERM');
        await Promise.all(workers.map(({ ended }) => ended));
        const took = seconds(begin);
        await expectOnce(server, address, study, coordinators, workers);
        for (const role of far)
          expect(ofType(role.notes(), 'notice').some(({ text }) => / is away /.test(text))).toBe(true);
        const back = far.map(role => role.notes().find(note => note.at > end && isSuccess(note))!.at - end);
        const refused = ofType(notesOf(workers), 'refused').length;
        say(
          `30 s without a network: ${trials} of ${trials} trials recorded once, ${refused} late claims refused; back after ${back.map(ms => (ms / 1000).toFixed(1)).join(', ')} s; ${took} s`,
        );
        expect(Math.max(...back)).toBeLessThan(5000);
      },
      patience,
    );
  });
});

/** What only a process notes that has reached the database. */
function isSuccess(note: Note): boolean {
  return note.type === 'notice' ? note.text.includes(' is back ') : note.type !== 'step' && note.type !== 'result';
}

/** Arguments of node: the clock of its process is wrong by so many hours. */
function wrongBy(hours: number): readonly string[] {
  const script = `const [Real, by] = [Date, ${hours * 3_600_000}];
    const now = () => Real.now() + by;
    globalThis.Date = class Date extends Real {
      constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
      static now = now;
    };
    Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + by });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
}
