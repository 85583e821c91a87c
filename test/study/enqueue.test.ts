import { describe, expect, test } from 'vitest';
import { random } from '../../src/samplers/random.ts';
import { defaultConfig } from '../../src/space/default-config.ts';
import type { Config, Space } from '../../src/space/space.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import type { Study } from '../../src/study/study.ts';
import { at, fillable, makeStudy, recording, refusal, spying, storageWith } from './make-study.ts';
import { mixed } from './spaces.ts';

const adam = { optimizer: 'adam', lr: 0.5 };

function studyOf(space: Space): Promise<Study> {
  return makeStudy({ space, sampler: random.create({}) });
}

describe('an enqueued trial', () => {
  test('comes after the defaults and before what the sampler proposes, the earliest first', async () => {
    const study = await makeStudy();
    const waiting = [await study.enqueue({ x: 7 }), await study.enqueue({ x: 3 })];
    expect(waiting.map(trial => trial?.id)).toEqual([1, 2]);
    expect(study.trials()).toMatchObject([
      { id: 0, state: 'waiting', attempt: 0, config: { x: 50 }, enqueued: { x: 50 } },
      { id: 1, state: 'waiting', attempt: 0, config: { x: 7 }, enqueued: { x: 7 } },
      { id: 2, state: 'waiting', attempt: 0, config: { x: 3 }, enqueued: { x: 3 } },
    ]);
    const asked = [await study.ask(), await study.ask()];
    await study.enqueue({ x: 9 });
    asked.push(await study.ask(), await study.ask(), await study.ask());
    expect(asked.map(trial => [trial?.id, trial?.attempt, trial?.config['x']])).toEqual([
      [0, 1, 50],
      [1, 1, 7],
      [2, 1, 3],
      [3, 1, 9],
      [4, 1, 4],
    ]);
  });

  test('is stored before it is acknowledged, with facts that the result adds to', async () => {
    const { storage, events } = recording();
    const study = await makeStudy({ storage });
    await study.ask();
    await study.enqueue({ x: 7 }, { attributes: { by: 'me', note: 1 } });
    const attributes = { by: 'me', note: 1 };
    expect(events.at(-1)).toEqual({ type: 'trial-enqueued', trial: 1, config: { x: 7 }, attributes, at });
    await study.ask();
    const told = await study.tell(1, { state: 'complete', value: 1, attributes: { note: 2 } });
    expect(told).toMatchObject({ config: { x: 7 }, enqueued: { x: 7 }, attributes: { by: 'me', note: 2 } });
  });

  test('has from the sampler what it leaves out; values that the sampler did not foresee are drawn', async () => {
    const proposed = { lr: 0.1, dropout: 0, units: 64, width: 1, filters: 4, optimizer: 'adam', layers: [32] };
    const study = await makeStudy({ space: mixed, sampler: { suggest: () => proposed } });
    await study.enqueue({ lr: 0.5 });
    await study.enqueue({ optimizer: 'sgd', nesterov: true });
    await study.ask();
    expect((await study.ask())?.config).toEqual({ ...proposed, lr: 0.5 });
    const { momentum, ...others } = (await study.ask())!.config;
    expect(others).toEqual({ ...proposed, optimizer: 'sgd', nesterov: true });
    expect(momentum).toBeGreaterThanOrEqual(0);
    expect(momentum).toBeLessThan(0.95);
  });

  test('has other values than the sampler chose where the constraints would not hold', async () => {
    const proposed = { lr: 0.1, dropout: 0, units: 16, width: 1, filters: 64, optimizer: 'adam', layers: [32] };
    const study = await makeStudy({ space: mixed, sampler: { suggest: () => proposed } });
    await study.enqueue({ units: 256 });
    await study.ask();
    const { units, filters } = (await study.ask())!.config;
    expect(units).toBe(256);
    expect(filters).toBeLessThanOrEqual(32);
  });

  test('is no earlier trial to the sampler while it waits, and one without measurements to the pruner', async () => {
    const { sampler, pruner, asked, judged } = spying();
    const events: StudyEvent[] = [
      { type: 'trial-started', trial: 0, attempt: 1, config: { x: 0 }, at },
      { type: 'trial-finished', trial: 0, result: { state: 'complete', value: 1 }, at },
      { type: 'trial-enqueued', trial: 1, config: {}, at },
      { type: 'trial-started', trial: 2, attempt: 1, config: {}, at },
    ];
    const study = await makeStudy({ sampler, pruner, storage: await storageWith(events) });
    expect(await study.ask()).toMatchObject({ id: 2, attempt: 2, config: { x: 2 } });
    expect(asked[0]!.history.map(({ id }) => id)).toEqual([0]);
    await study.report(2, { step: 1, value: 1 });
    expect(judged[0]![1].map(({ state }) => state)).toEqual(['complete', 'waiting', 'running']);
    expect(await study.ask()).toMatchObject({ id: 1, attempt: 1, config: { x: 1 } });
  });

  test('of Optuna is honoured as far as the space allows', async () => {
    const config = { lr: 0.25, units: 9, width: 3, foreign: 1, momentum: 0.5 };
    const storage = await storageWith([{ type: 'trial-enqueued', trial: 0, config, at }]);
    const study = await makeStudy({ space: mixed, sampler: random.create({}), storage });
    expect((await study.ask())?.config).toEqual({ ...defaultConfig(mixed), lr: 0.25 });
  });

  test('waits on when its start could not be stored', async () => {
    const { storage, setFull } = fillable();
    const study = await makeStudy({ storage });
    await study.ask();
    await study.enqueue({ x: 7 });
    setFull(true);
    await refusal(study.ask(), 'STORAGE_FAILED');
    await refusal(study.enqueue({ x: 8 }), 'STORAGE_FAILED');
    setFull(false);
    expect(await study.ask()).toMatchObject({ id: 1, config: { x: 7 } });
    expect(await study.ask()).toMatchObject({ id: 2, config: { x: 2 } });
  });
});

describe('enqueue', () => {
  test.each<[Config, string, string]>([
    [{ lr: 2 }, '"lr" cannot be 2', 'a number from 0.00001 to 1'],
    [{ lr: '0.1' }, '"lr" cannot be "0.1"', 'a number from 0.00001 to 1'],
    [{ optimiser: 'adam' }, 'there is no parameter "optimiser"', 'did you mean "optimizer"?'],
    [{ momentum: 0.5 }, '"momentum" is not active here', 'values beside it that are among {"optimizer":["sgd"]}'],
    [{ ...adam, momentum: 0.5 }, '"momentum" is not active here', '{"optimizer":["sgd"]}'],
    [{ units: 256, filters: 64 }, 'breaks a constraint', 'units * filters <= 8192'],
  ])('refuses %j', async (config, message, advice) => {
    const study = await studyOf(mixed);
    const error = await refusal(study.enqueue(config), 'CONFIG_INVALID');
    expect(error.message).toContain(message);
    expect(error.message).toContain(advice);
    expect(study.trials()).toEqual([]);
  });

  test('refuses values that no others can go with', async () => {
    const space: Space = { params: mixed.params, constraints: ['units * filters <= 900', 'units * filters >= 8'] };
    const error = await refusal((await studyOf(space)).enqueue({ units: 256 }), 'CONFIG_INVALID');
    expect(error.message).toContain('no configuration with {"units":256} satisfies the constraints');
  });

  test('skips on demand what was tried or waits already', async () => {
    const study = await studyOf(mixed);
    const once = { skipIfExists: true };
    expect(await study.enqueue(adam, once)).toMatchObject({ id: 1 });
    expect(await study.enqueue({ lr: 0.5, optimizer: 'adam' }, once)).toBeUndefined();
    expect(await study.enqueue({ lr: 0.5 }, once)).toMatchObject({ id: 2 });
    const [defaults, first] = [await study.ask(), await study.ask()];
    expect(await study.enqueue(adam, once)).toBeUndefined();
    expect(await study.enqueue(first!.config, once)).toBeUndefined();
    expect(await study.enqueue(defaults!.config, once)).toBeUndefined();
    expect(await study.enqueue(adam)).toMatchObject({ id: 3 });
  });
});
