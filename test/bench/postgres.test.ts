import { describe, expect, test } from 'vitest';
import { lacksPostgres } from '../postgres.ts';

// By their URLs: the benches are JavaScript without types.
const load = (file: string) => import(new URL(`../../bench/${file}`, import.meta.url).href);
const { simulate, simulatedWait } = await load('postgres/simulation.js');

const model = {
  workers: 20,
  seed: 1,
  minutes: 3,
  epochs: 4,
  epochSeconds: 2,
  spread: 0.8,
  deathsPerHour: 20,
  pausesPerHour: 60,
  turnoverPerHour: 10,
  interval: 0,
  isCalm: true,
  decision: 0.5,
  database: {
    servers: 2,
    disk: 3,
    service: { read: 1, append: 1, judge: 1, queue: 1, claim: 1, report: 1, verdict: 1, finish: 1, renew: 1, sweep: 1 },
  },
};

describe('the simulation of workers', () => {
  test('comes to the same again, whatever goes wrong', async () => {
    const first = await simulate(model);
    expect(await simulate(model)).toEqual(first);
    expect(await simulate({ ...model, seed: 2 })).not.toEqual(first);
    expect(first.reruns).toBeGreaterThan(0);
    expect(first.falseExpiries).toBeGreaterThan(0);
    // A late result of each worker that was taken for dead, as long as it did not die.
    expect(first.refused).toBeLessThanOrEqual(first.falseExpiries + 1);
    expect(first.utilisation).toBeGreaterThan(0.5);
    expect(first.utilisation).toBeLessThanOrEqual(1);
  });

  test('a database that is busy all the time holds workers up', async () => {
    const slow = Object.fromEntries(Object.keys(model.database.service).map(name => [name, 200]));
    const held = await simulate({ ...model, database: { ...model.database, service: slow } });
    expect(held.database).toBeGreaterThan(0.9);
    expect(held.utilisation).toBeLessThan((await simulate(model)).utilisation);
  });

  // Mean waits by Erlang's formula, from SciPy: see bench/postgres-simulation.js.
  test.for([
    [2, 800, 3.5555555555555567],
    [8, 3500, 1.2706320350728582],
  ] as const)('waits at %i servers as Erlang says', async ([count, perSecond, formula]) => {
    const wait = await simulatedWait({ seed: 1, arrivals: 200_000, count, perSecond, milliseconds: 2 });
    expect(wait / formula).toBeGreaterThan(0.93);
    expect(wait / formula).toBeLessThan(1.07);
  });
});

describe.skipIf(lacksPostgres)('the load of a database', () => {
  test('is measured with a few workers, and told in tables', async () => {
    const { postgresLoad } = await load('postgres-load.js');
    const { document, markdown, isComplete } = await postgresLoad({
      parts: ['queue', 'steady', 'size'],
      workers: 3,
      seconds: 3,
      trials: 100,
      say: () => undefined,
    });
    expect(isComplete).toBe(true);
    expect(document.runs).toHaveLength(5);
    for (const { name, claim, finish } of document.runs) {
      expect(claim.p99, name).toBeGreaterThanOrEqual(claim.p50);
      expect(finish.p50, name).toBeGreaterThan(0);
    }
    expect(document.sizes.map(({ epochs }: { epochs: number }) => epochs)).toEqual([0, 10]);
    expect(markdown).toContain('| 3 workers and a coordinator (tpe), 50 trials a second');
  }, 180_000);
});
