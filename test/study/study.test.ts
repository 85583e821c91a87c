import { describe, expect, expectTypeOf, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import type { Space } from '../../src/space/space.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import type { Sampler } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import { openStudy } from '../../src/study/open-study.ts';
import type { Trial } from '../../src/study/trial.ts';
import { at, counting, fillable, line, makeStudy, recording, refusal, spying, storageWith } from './make-study.ts';
import { mixed } from './spaces.ts';

describe('ask', () => {
  test('trial 0 has the defaults, the others what the sampler proposes', async () => {
    const study = await makeStudy();
    expect(await study.ask()).toEqual({
      id: 0,
      state: 'running',
      attempt: 1,
      config: { x: 50 },
      curve: [],
      startedAt: at,
    });
    expect((await study.ask())?.config).toEqual({ x: 1 });
    expect(study.trials().map(({ id, state }) => [id, state])).toEqual([
      [0, 'running'],
      [1, 'running'],
    ]);
  });

  test('the sampler gets the space, all earlier trials and random numbers of this trial alone', async () => {
    const { sampler, asked } = spying();
    const study = await makeStudy({ sampler, seed: 9 });
    await study.ask();
    await study.tell(0, 0.5);
    await study.ask();
    await study.ask();
    expect(asked.map(({ trial, history }) => [trial, history.map(({ state }) => state)])).toEqual([
      [1, ['complete']],
      [2, ['complete', 'running']],
    ]);
    expect(asked[1]).toMatchObject({ space: line, seed: 9 });
    expect(asked[1]!.rng.uniform()).toBe(createRng(9, 'sampler', 2).uniform());
  });

  test('trials that are asked for at once get different numbers', async () => {
    const study = await makeStudy();
    const trials = await Promise.all([study.ask(), study.ask(), study.ask()]);
    expect(trials.map(trial => trial?.id)).toEqual([0, 1, 2]);
  });

  test('is undefined when the sampler has nothing left, and nothing is stored then', async () => {
    const { storage, events } = recording();
    const study = await makeStudy({ storage, sampler: { suggest: () => undefined } });
    await study.ask();
    expect(await study.ask()).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['study-created', 'trial-started']);
  });

  test.each([
    [{ x: 101 }, '"x" cannot be 101'],
    [{}, '"x" has no value'],
    [{ x: 1, y: 2 }, '"y" is not an active parameter'],
  ])('a sampler that proposes %j is a bug that shows', async (config, flaw) => {
    const study = await makeStudy({ sampler: { suggest: () => config } });
    await study.ask();
    await expect(study.ask()).rejects.toThrow(flaw);
    expect(study.trials()).toHaveLength(1);
  });

  test('conditions and constraints are part of what is legal', async () => {
    const config = { lr: 0.1, dropout: 0, units: 256, width: 1, filters: 64, optimizer: 'adam', layers: [32] };
    const suggest = (more: object): Sampler => ({ suggest: () => ({ ...config, ...more }) });
    const ask = async (sampler: Sampler): Promise<unknown> => {
      const study = await makeStudy({ space: mixed, sampler });
      await study.ask();
      return study.ask();
    };
    await expect(ask(suggest({}))).rejects.toThrow('the constraints do not hold');
    await expect(ask(suggest({ filters: 4, momentum: 0.5 }))).rejects.toThrow('"momentum" is not an active parameter');
    expect(await ask(suggest({ filters: 4 }))).toMatchObject({ id: 1 });
  });
});

describe('report', () => {
  test("stores the measurement and gives the pruner's word", async () => {
    const study = await makeStudy({ pruner: { judge: ({ curve }) => (curve.length < 2 ? 'continue' : 'stop') } });
    await study.ask();
    expect(await study.report(0, { step: 1, value: 0.5, metrics: { accuracy: 0.9 } })).toBe('continue');
    expect(await study.report(0, { step: 4, value: 0.4 })).toBe('stop');
    expect(study.trials()[0]?.curve).toEqual([
      { step: 1, value: 0.5, metrics: { accuracy: 0.9 } },
      { step: 4, value: 0.4 },
    ]);
  });

  test('the pruner sees the trial with its newest measurement, and the trial among all others', async () => {
    const { pruner, judged } = spying();
    const study = await makeStudy({ pruner });
    await study.ask();
    await study.ask();
    await study.report(1, { step: 1, value: 0.5 });
    expect(judged).toEqual([[study.trials()[1], study.trials()]]);
  });

  test.each([NaN, Infinity, -Infinity])('%d is stored and stops the trial, whatever the pruner thinks', async value => {
    const { pruner, judged } = spying();
    const study = await makeStudy({ pruner });
    await study.ask();
    expect(await study.report(0, { step: 1, value })).toBe('stop');
    expect(study.trials()[0]?.curve).toEqual([{ step: 1, value }]);
    expect(judged).toEqual([]);
  });

  test.each([0, -1, 1.5, NaN, 2 ** 53])('step %d is refused', async step => {
    const study = await makeStudy();
    await study.ask();
    await refusal(study.report(0, { step, value: 1 }), 'MEASUREMENT_INVALID');
    expect(study.trials()[0]?.curve).toEqual([]);
  });

  test('steps grow', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.report(0, { step: 3, value: 1 });
    const error = await refusal(study.report(0, { step: 3, value: 1 }), 'MEASUREMENT_INVALID');
    expect(error.message).toContain('trial 0 reported step 3 after step 3');
    expect(error.message).toContain('expected a whole number from 4');
  });

  test('a value that is no number is refused', async () => {
    const study = await makeStudy();
    await study.ask();
    await refusal(study.report(0, { step: 1, value: '0.5' as never }), 'MEASUREMENT_INVALID');
  });
});

describe('tell', () => {
  test('a number is the value of a complete trial', async () => {
    const study = await makeStudy();
    await study.ask();
    const told = await study.tell(0, 0.25);
    expect(told).toMatchObject({ id: 0, state: 'complete', value: 0.25, finishedAt: at });
    expect(study.trials()).toEqual([told]);
  });

  test('a result is kept with its facts', async () => {
    const study = await makeStudy();
    await study.ask();
    const result = { state: 'pruned', value: 0.5, stopped: 'pruner', attributes: { bestEpoch: 3 } } as const;
    expect(await study.tell(0, result)).toMatchObject(result);
  });

  test.each([NaN, Infinity, -Infinity])('%d makes it a failure of cause nan', async value => {
    const study = await makeStudy();
    await study.ask();
    const trial = await study.tell(0, value);
    expect(trial).toMatchObject({ state: 'failed', failure: { cause: 'nan', message: `the value was ${value}` } });
    expect(trial).not.toHaveProperty('value');
  });

  test('a pruned trial whose value is NaN failed too', async () => {
    const study = await makeStudy();
    await study.ask();
    expect(await study.tell(0, { state: 'pruned', value: NaN })).toMatchObject({
      state: 'failed',
      failure: { cause: 'nan' },
    });
  });

  test('a pruned trial needs no value, a complete one does', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.ask();
    expect((await study.tell(0, { state: 'pruned' })).state).toBe('pruned');
    expect(await study.tell(1, { state: 'complete' })).toMatchObject({ state: 'failed', failure: { cause: 'error' } });
  });

  test('a failed trial has a reason and no value', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.ask();
    const failure = { cause: 'timeout', message: 'took too long' } as const;
    const trial = await study.tell(0, { state: 'failed', value: 1, failure, attributes: { seconds: 3 } });
    expect(trial).toMatchObject({ state: 'failed', failure, attributes: { seconds: 3 } });
    expect(trial).not.toHaveProperty('value');
    expect((await study.tell(1, { state: 'failed' })).failure?.cause).toBe('error');
  });
});

describe('retry', () => {
  test('begins a running trial anew: same configuration, attempt + 1, an empty curve', async () => {
    const { storage, events } = recording();
    const study = await makeStudy({ storage });
    await study.ask();
    await study.report(0, { step: 1, value: 0.5 });
    const again = await study.retry(0);
    expect(again).toEqual({ id: 0, state: 'running', attempt: 2, config: { x: 50 }, curve: [], startedAt: at });
    expect(events.at(-1)).toEqual({ type: 'trial-started', trial: 0, attempt: 2, config: { x: 50 }, at });
    expect(await study.report(0, { step: 1, value: 0.4 })).toBe('continue');
  });

  test('does not make ask hand the trial out', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.retry(0);
    expect((await study.ask())?.id).toBe(1);
  });
});

describe('trials that are unknown', () => {
  test.each(['report', 'tell', 'retry'] as const)('%s refuses them', async method => {
    const study = await makeStudy();
    await study.ask();
    await study.tell(0, 1);
    const calls = {
      report: (id: number) => study.report(id, { step: 1, value: 1 }),
      tell: (id: number) => study.tell(id, 1),
      retry: (id: number) => study.retry(id),
    };
    const call = calls[method];
    expect((await refusal(call(1), 'TRIAL_UNKNOWN')).message).toBe('trial 1 does not exist');
    expect((await refusal(call(0), 'TRIAL_UNKNOWN')).message).toBe('trial 0 is complete');
    await refusal(call(-1), 'TRIAL_UNKNOWN');
    await refusal(call(0.5), 'TRIAL_UNKNOWN');
  });
});

describe('best', () => {
  const told = async (direction: 'minimize' | 'maximize', values: readonly number[]): Promise<number | undefined> => {
    const study = await makeStudy({ direction });
    for (const [id, value] of values.entries()) {
      await study.ask();
      await study.tell(id, value);
    }
    return study.best()?.id;
  };

  test('is the smallest or largest value, the earliest of equals', async () => {
    expect(await told('minimize', [3, 1, NaN, 1, 2])).toBe(1);
    expect(await told('maximize', [1, 3, NaN, 3, 2])).toBe(1);
    expect(await told('minimize', [NaN])).toBeUndefined();
  });

  test('pruned and running trials do not count', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.report(0, { step: 1, value: -9 });
    await study.ask();
    await study.tell(1, { state: 'pruned', value: -5 });
    expect(study.best()).toBeUndefined();
  });
});

describe('several objectives', () => {
  const directions = ['minimize', 'maximize'] as const;

  test('are told as a list, the first of which is the value', async () => {
    const study = await makeStudy({ directions });
    await study.ask();
    expect(await study.tell(0, [3, 4])).toMatchObject({ state: 'complete', value: 3, values: [3, 4] });
    await study.ask();
    const facts = { attributes: { seconds: 1 } };
    const told = await study.tell(1, { state: 'complete', value: 3, values: [3, 5], ...facts });
    expect(told).toMatchObject({ value: 3, values: [3, 5], ...facts });
    expect(study.directions).toEqual(directions);
    expect((await makeStudy()).directions).toEqual(['minimize']);
  });

  test('must all be there, and finite', async () => {
    const study = await makeStudy({ directions });
    const failureOf = async (told: number | readonly number[]) => {
      const { id } = (await study.ask())!;
      const { state, failure, value, values } = await study.tell(id, told);
      expect([state, value, values]).toEqual(['failed', undefined, undefined]);
      return failure;
    };
    expect(await failureOf(1)).toEqual({ cause: 'error', message: 'the trial ended with 1 of 2 values' });
    expect(await failureOf([1, 2, 3])).toEqual({ cause: 'error', message: 'the trial ended with 3 of 2 values' });
    expect(await failureOf([1, NaN])).toEqual({ cause: 'nan', message: 'the values were 1, NaN' });
    expect(await failureOf([])).toMatchObject({ cause: 'error' });
    const { id } = (await study.ask())!;
    expect(await study.tell(id, { state: 'pruned', value: 2 })).toMatchObject({ state: 'pruned', value: 2 });
  });

  test('where there is one, a list of one is its value', async () => {
    const study = await makeStudy();
    await study.ask();
    const trial = await study.tell(0, [7]);
    expect(trial).toMatchObject({ state: 'complete', value: 7 });
    expect(trial.values).toBeUndefined();
  });

  test('make a front; the best is its first, by the next objective among equals', async () => {
    const study = await makeStudy({ directions });
    const told = [
      [2, 1],
      [1, 0],
      [1, 3],
      [5, 9],
      [4, 2],
      [1, 3],
    ] as const;
    for (const [id, values] of told.entries()) {
      await study.ask();
      await study.tell(id, values);
    }
    await study.ask();
    await study.tell(6, { state: 'pruned', values: [0, 10] });
    expect(study.front().map(({ id }) => id)).toEqual([2, 5, 3]);
    expect(study.best()?.id).toBe(2);
  });

  test('of one, the front is the best trial and its equals', async () => {
    const study = await makeStudy();
    expect(study.front()).toEqual([]);
    for (const [id, value] of [3, 1, 2, 1].entries()) {
      await study.ask();
      await study.tell(id, value);
    }
    expect(study.front().map(({ id }) => id)).toEqual([1, 3]);
  });

  test('are losses to the sampler', async () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      suggest({ history }) {
        seen.push(history.map(({ value, values }) => [value, values]));
        return { x: 1 };
      },
    };
    const study = await makeStudy({ sampler, direction: 'maximize', directions: ['maximize', 'minimize', 'maximize'] });
    await study.ask();
    await study.tell(0, [3, 4, 0]);
    await study.ask();
    expect(seen).toEqual([[[-3, [-3, 4, 0]]]]);
    expect(study.trials()[0]).toMatchObject({ value: 3, values: [3, 4, 0] });
  });

  test('are part of what a study is', async () => {
    const storage = memoryStorage();
    await makeStudy({ storage, directions });
    await expect(makeStudy({ storage, directions: ['minimize', 'minimize'] })).rejects.toThrow(
      'direction is minimize, minimize',
    );
    await expect(makeStudy({ storage })).rejects.toThrow('direction is minimize');
    expect((await makeStudy({ storage, directions })).directions).toEqual(directions);
  });
});

test('samplers and pruners of a study that maximizes see losses; its own trials keep their values', async () => {
  const { sampler, pruner, asked, judged } = spying();
  const study = await makeStudy({ sampler, pruner, direction: 'maximize' });
  await study.ask();
  await study.report(0, { step: 1, value: 0.75, metrics: { accuracy: 0.75 } });
  await study.tell(0, 0.5);
  await study.ask();
  const losses = { curve: [{ step: 1, value: -0.75, metrics: { accuracy: 0.75 } }] };
  expect(judged[0]?.[0]).toMatchObject(losses);
  expect(judged[0]?.[1]).toMatchObject([losses]);
  expect(asked[0]?.history).toMatchObject([{ ...losses, value: -0.5 }]);
  expect(study.trials()[0]).toMatchObject({ value: 0.5, curve: [{ value: 0.75 }] });
});

describe('a study that goes on', () => {
  const created: StudyEvent = { type: 'study-created', study: 'test', direction: 'minimize', seed: 1, space: line, at };
  const started = (trial: number, attempt = 1, config: object = { x: trial }): StudyEvent =>
    ({ type: 'trial-started', trial, attempt, config, at }) as StudyEvent;
  const done = (trial: number): StudyEvent => ({
    type: 'trial-finished',
    trial,
    result: { state: 'complete', value: 1 },
    at,
  });
  const measured = (trial: number, value: number): StudyEvent => ({
    type: 'trial-measured',
    trial,
    measurement: { step: 1, value },
  });

  test('hands out interrupted trials first: same id and configuration, attempt + 1, an empty curve', async () => {
    const events = [created, started(0), started(1), measured(1, 0.5), started(2, 3), done(0)];
    const study = await makeStudy({ storage: await storageWith(events) });
    const trials = [await study.ask(), await study.ask(), await study.ask()];
    expect(trials).toMatchObject([
      { id: 1, attempt: 2, config: { x: 1 }, curve: [] },
      { id: 2, attempt: 4, config: { x: 2 } },
      { id: 3, attempt: 1 },
    ]);
  });

  test('an interrupted trial can be told or retried without being asked for; ask then passes it over', async () => {
    const study = await makeStudy({ storage: await storageWith([created, started(0), started(1), started(2)]) });
    await study.tell(0, 1);
    await study.retry(1);
    expect(await study.ask()).toMatchObject({ id: 2, attempt: 2 });
    expect(await study.ask()).toMatchObject({ id: 3, attempt: 1 });
  });

  test('trials that run elsewhere are left alone until they are told', async () => {
    const paused = [started(2), measured(2, 0.5), { type: 'trial-paused', trial: 2 }] as const;
    const storage = await storageWith([created, started(0), done(0), started(1), measured(1, 0.5), ...paused]);
    const study = await makeStudy({ storage, elsewhere: true });
    expect(await study.ask()).toMatchObject({ id: 3, attempt: 1 });
    expect(await study.tell(1, 3)).toMatchObject({ id: 1, state: 'complete', attempt: 1, value: 3 });
    expect(study.trials()[1]!.curve).toHaveLength(1);
  });

  test('an interrupted trial is offered again when storing its restart failed', async () => {
    const storage = await storageWith([created, started(0)]);
    let failures = 1;
    const append = (event: StudyEvent): Promise<void> =>
      failures-- > 0 ? Promise.reject(new TuneError('STORAGE_FAILED', 'full')) : storage.append(event);
    const study = await makeStudy({ storage: { ...storage, append } });
    await refusal(study.ask(), 'STORAGE_FAILED');
    expect(study.trials()[0]?.attempt).toBe(1);
    expect(await study.ask()).toMatchObject({ id: 0, attempt: 2 });
  });

  test('proposes what the uninterrupted study would have', async () => {
    const { sampler, asked } = spying();
    const study = await makeStudy({ sampler, storage: await storageWith([created, started(0), done(0)]) });
    await study.ask();
    expect(asked[0]).toMatchObject({ trial: 1, history: [{ id: 0, state: 'complete' }] });
    expect(asked[0]!.rng.uniform()).toBe(createRng(1, 'sampler', 1).uniform());
  });

  test('an interrupted trial whose configuration is not whole gets one from the trials before it', async () => {
    const { sampler, asked } = spying();
    const events = [created, started(0), done(0), started(1, 0, {}), started(2), done(2)];
    const study = await makeStudy({ sampler, storage: await storageWith(events) });
    expect(await study.ask()).toMatchObject({ id: 1, attempt: 1, config: { x: 1 } });
    expect(asked[0]!.history.map(({ id }) => id)).toEqual([0]);
  });

  test('an interrupted trial 0 without configuration gets the defaults', async () => {
    const study = await makeStudy({ storage: await storageWith([created, started(0, 0, {})]) });
    expect(await study.ask()).toMatchObject({ id: 0, attempt: 1, config: { x: 50 } });
  });

  test('takes up trials that are older than the study itself, as Optuna leaves them', async () => {
    const storage = await storageWith([started(0), done(0)]);
    const study = await makeStudy({ storage });
    expect(study.best()?.id).toBe(0);
    expect((await storage.read()).at(-1)).toEqual(created);
  });

  test('is not created a second time', async () => {
    const storage = await storageWith([created]);
    await makeStudy({ storage });
    expect(await storage.read()).toEqual([created]);
  });

  test('lists every change that would mix what does not compare, and closes the storage', async () => {
    const stored: Space = { params: mixed.params.slice(1), constraints: [] };
    const events: StudyEvent[] = [{ ...created, space: stored } as StudyEvent];
    let closed = 0;
    const storage = { ...(await storageWith(events)), close: () => Promise.resolve(void closed++) };
    const [lr, dropout, ...others] = mixed.params.filter(({ name }) => name !== 'units');
    const space = { params: [lr!, { ...dropout!, step: 0.5 } as never, ...others], constraints: ['filters < 64'] };
    const error = await refusal(
      makeStudy({ storage, space, name: 'other', direction: 'maximize', seed: 2 }),
      'STUDY_CHANGED',
    );
    expect(error.problems.map(({ message }) => message)).toEqual([
      'name is other',
      'direction is maximize',
      'seed is 2',
      'parameter "dropout" changed',
      'parameter "units" is gone',
      'parameter "lr" is new',
    ]);
    expect(error.problems[2]?.expected).toBe('1, as stored');
    expect(closed).toBe(1);
  });

  test('keeps the stored order of parameters, which decides what samplers propose', async () => {
    const storage = await storageWith([{ ...created, space: mixed } as StudyEvent]);
    const [first, ...others] = mixed.params;
    const study = await makeStudy({ storage, space: { ...mixed, params: [...others, first!] } });
    expect(study.space).toEqual(mixed);
  });
});

describe('storage', () => {
  test('has an event before anyone is told of it', async () => {
    const { storage, events } = recording();
    const study = await makeStudy({ storage });
    const stored: number[] = [];
    study.listen(event => stored.push(events.indexOf(event)));
    await study.ask();
    await study.report(0, { step: 1, value: 0.5 });
    await study.tell(0, 0.5);
    expect(stored).toEqual([1, 2, 3]);
    expect(events.map(({ type }) => type)).toEqual([
      'study-created',
      'trial-started',
      'trial-measured',
      'trial-finished',
    ]);
  });

  test('what it refuses did not happen', async () => {
    const { storage, setFull } = fillable();
    const study = await makeStudy({ storage });
    await study.ask();
    const before = study.trials();
    setFull(true);
    await refusal(study.tell(0, 1), 'STORAGE_FAILED');
    await refusal(study.report(0, { step: 1, value: 1 }), 'STORAGE_FAILED');
    await refusal(study.ask(), 'STORAGE_FAILED');
    expect(study.trials()).toBe(before);
    setFull(false);
    expect((await study.tell(0, 1)).state).toBe('complete');
  });

  test('is closed with the study, after what was begun before', async () => {
    const { storage, events } = recording();
    let seen = 0;
    const close = (): Promise<void> => {
      seen = events.length;
      return Promise.resolve();
    };
    const study = await makeStudy({ storage: { ...storage, close } });
    const asked = study.ask();
    await study.close();
    expect((await asked)?.id).toBe(0);
    expect(seen).toBe(2);
  });
});

test('a listener can leave', async () => {
  const study = await makeStudy();
  const heard: string[] = [];
  const leave = study.listen(({ type }) => heard.push(type));
  await study.ask();
  leave();
  await study.ask();
  expect(heard).toEqual(['trial-started']);
});

test('a typed study has typed configurations', async () => {
  const options = { name: 'typed', space: line, direction: 'minimize', seed: 1, sampler: counting } as const;
  const study = await openStudy<{ readonly x: number }>({
    ...options,
    pruner: { judge: () => 'continue' },
    storage: memoryStorage(),
    now: () => new Date(at),
  });
  const trial = await study.ask();
  expectTypeOf(trial!.config.x).toEqualTypeOf<number>();
  expectTypeOf(study.best()).toEqualTypeOf<Trial<{ readonly x: number }> | undefined>();
  expect(trial?.config.x).toBe(50);
});
