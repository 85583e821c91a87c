/**
 * Journals shared with Optuna. What Optuna wrote is golden: test/golden/make-optuna-journal.py. Whether Optuna reads what
 * we wrote is tested where TUNE_OPTUNA_PYTHON names a Python with optuna==5.0.0.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, type TestContext } from 'vitest';
import { random } from '../../src/samplers/random.ts';
import { canonical } from '../../src/space/json.ts';
import type { Config, Json, Param, Space } from '../../src/space/space.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import type { Study, StudyOptions } from '../../src/study/study.ts';
import type { Trial } from '../../src/study/trial.ts';
import { at, makeStudy } from '../study/make-study.ts';
import { mixed } from '../study/spaces.ts';
import { path } from './journal-place.ts';

/** A trial as Optuna shows it; infinite numbers and NaN are text. */
interface OptunaTrial {
  readonly state: 'COMPLETE' | 'PRUNED' | 'FAIL' | 'RUNNING' | 'WAITING';
  readonly params: Config;
  readonly value: number | null;
  readonly intermediate: readonly (readonly [step: number, value: number | string])[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly started: string | null;
}

const golden = (name: string): string => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));

function open(options: Partial<StudyOptions> & { readonly storage: StudyOptions['storage'] }): Promise<Study> {
  return makeStudy({ name: 'study', space: mixed, sampler: random.create({}), ...options });
}

/** A trial of ours as Optuna would show it, apart from the time. */
function asOptuna({ state, config, value, curve, attributes = {} }: Trial): Omit<OptunaTrial, 'started'> {
  const names = {
    waiting: 'WAITING',
    running: 'RUNNING',
    interrupted: 'RUNNING',
    paused: 'RUNNING',
    complete: 'COMPLETE',
    pruned: 'PRUNED',
    failed: 'FAIL',
  } as const;
  return {
    state: names[state],
    params: config,
    value: value ?? null,
    intermediate: curve.map(({ step, value }) => [step, Number.isFinite(value) ? value : String(value)]),
    attributes,
  };
}

function withoutTime(trial: OptunaTrial): Omit<OptunaTrial, 'started'> {
  const { started: _, ...others } = trial;
  return others;
}

describe('a journal that Optuna wrote', () => {
  const { trials: expected, best } = JSON.parse(readFileSync(golden('optuna-journal.json'), 'utf8')) as {
    readonly trials: readonly OptunaTrial[];
    readonly best: number;
  };
  const space: Space = {
    params: [
      { name: 'lr', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 0.01 },
      { name: 'momentum', type: 'float', low: 0, high: 0.9, log: false, step: 0.1, default: 0 },
      { name: 'units', type: 'int', low: 16, high: 256, log: true, step: 1, default: 16 },
      { name: 'layers', type: 'int', low: 1, high: 5, log: false, step: 2, default: 1 },
      { name: 'activation', type: 'categorical', choices: ['relu', null, true, 2, 0.5], default: 'relu' },
    ],
    constraints: [],
  };

  test('reads as Optuna reads it, other studies in the file apart', async () => {
    const { trials, study } = fold(await readJournal(golden('optuna-journal.log')));
    expect(study).toBeUndefined();
    expect(trials.map(asOptuna)).toEqual(expected.map(withoutTime));
    const begun = expected.map(({ started }) => new Date(started ?? 0).toISOString());
    expect(trials.map(({ startedAt }) => startedAt)).toEqual(begun);
  });

  test('goes on: running and enqueued trials first, as a sampler completes them', async () => {
    copyFileSync(golden('optuna-journal.log'), path);
    const study = await open({ name: 'first', direction: 'maximize', space, storage: await openJournal(path) });
    expect(study.best()?.id).toBe(best);
    const asked = [await study.ask(), await study.ask(), await study.ask()];
    expect(asked.map(trial => [trial?.id, trial?.attempt])).toEqual([
      [5, 2],
      [6, 1],
      [7, 1],
    ]);
    for (const trial of asked) await study.tell(trial!.id, 1);
    const before = study.trials();
    await study.close();
    const again = await open({ name: 'first', direction: 'maximize', space, storage: await openJournal(path) });
    expect(again.trials()).toEqual(before);
    await again.close();
  });
});

/** Runs a script on the journal; what it answers. */
function runPython(context: TestContext, script: string, ...more: readonly string[]): unknown {
  const python = process.env['TUNE_OPTUNA_PYTHON'];
  if (!python) context.skip('TUNE_OPTUNA_PYTHON names no Python with optuna==5.0.0');
  const file = fileURLToPath(new URL(script, import.meta.url));
  return JSON.parse(execFileSync(python!, [file, path, ...more], { encoding: 'utf8' })) as unknown;
}

function runOptuna(context: TestContext, ...more: readonly string[]) {
  return runPython(context, 'continue_with_optuna.py', ...more) as {
    readonly best: number;
    readonly seen: readonly OptunaTrial[];
    readonly added: readonly OptunaTrial[];
    readonly important: readonly string[];
  };
}

/** A configuration as Optuna keeps it: lists and objects are text. */
function plain(config: Config): Record<string, Json> {
  const asText = (value: Json): Json => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, asText(value)]));
}

describe('a journal that we wrote', () => {
  test('is opened, understood and continued by Optuna; then we read what it added', async context => {
    const study = await open({ storage: await openJournal(path) });
    for (let id = 0; id < 12; id++) {
      await study.ask();
      await study.report(id, { step: 1, value: id === 2 ? NaN : id, metrics: { accuracy: 0.5 } });
      if (id === 1) await study.retry(id);
      if (id === 6) await study.pause(id);
      if (id === 6) await study.ask();
      await study.report(id, { step: 2, value: id === 3 ? Infinity : id / 2 });
      if (id === 4) await study.tell(id, { state: 'pruned', value: 2, stopped: 'pruner' });
      else if (id === 5) await study.tell(id, { state: 'failed', failure: { cause: 'crash', message: 'é\n"' } });
      else
        await study.tell(id, {
          state: 'complete',
          value: 10 - id,
          attributes: { seconds: 1.5, deep: { list: [null] } },
        });
    }
    await study.ask();
    await study.pause((await study.ask())!.id);
    const ours = study.trials();
    await study.close();

    const { seen, best, added, important } = runOptuna(context, 'study');
    expect(best).toBe(study.best()?.id);
    const params = (trials: readonly { readonly params: Config }[]) => trials.map(({ params }) => plain(params));
    expect(params(seen)).toEqual(params(ours.map(asOptuna)));
    const curves = (trials: readonly Omit<OptunaTrial, 'started'>[]) =>
      trials.map(({ state, value, intermediate }) => ({
        state,
        value,
        intermediate: Object.fromEntries(intermediate),
      }));
    // Optuna keeps the first attempt's value at the step that the second one did not reach.
    expect(curves(seen)).toEqual(
      curves(
        ours.map(asOptuna).with(1, {
          ...asOptuna(ours[1]!),
          intermediate: [
            [1, 1],
            [2, 0.5],
          ],
        }),
      ),
    );
    expect(seen[0]?.attributes).toEqual({ seconds: 1.5, deep: { list: [null] }, 'tune:attempt': 1 });
    expect(seen[4]?.attributes).toEqual({ 'tune:attempt': 1, 'tune:stopped': 'pruner' });
    expect(seen[6]?.attributes).toMatchObject({ 'tune:paused': false });
    expect(seen.at(-1)).toMatchObject({ state: 'RUNNING', attributes: { 'tune:paused': true } });
    expect(seen[5]?.attributes).toMatchObject({ 'tune:failure': { cause: 'crash', message: 'é\n"' } });
    expect(seen.map(({ started }) => new Date(started!).toISOString())).toEqual(ours.map(() => at));
    expect(important).toContain('lr');

    const { trials } = fold(await readJournal(path));
    expect(trials.slice(0, ours.length)).toEqual(ours);
    const read = trials.slice(ours.length).map(asOptuna);
    expect(read.map(({ params, ...trial }) => ({ ...trial, params: plain(params) }))).toEqual(added.map(withoutTime));
    expect(read[0]).toMatchObject({
      state: 'COMPLETE',
      value: 0.25,
      intermediate: [[1, 0.5]],
      attributes: { by: 'Optuna' },
    });
    // Lists and objects are what they were, not their text.
    const choices = (mixed.params.at(-1) as Extract<Param, { type: 'categorical' }>).choices.map(canonical);
    for (const { params } of read) expect(choices).toContain(canonical(params['layers']!));

    const again = await open({ storage: await openJournal(path) });
    expect(await again.ask()).toMatchObject({ id: 12, attempt: 2 });
    expect(await again.ask()).toMatchObject({ id: 13, attempt: 1, curve: [] });
    expect(await again.ask()).toMatchObject({ id: 17, attempt: 1 });
    await again.close();
  });

  test('whose space changed opens there, with all trials', async context => {
    const changed = (lr: object, choices: readonly Json[]): Space => ({
      params: mixed.params.map(param => {
        if (param.name === 'lr') return { ...param, ...lr } as Param;
        return param.name === 'optimizer' ? ({ ...param, choices } as Param) : param;
      }),
      constraints: mixed.constraints,
    });
    const run = async (space: Space, count: number, wish?: Config): Promise<void> => {
      const study = await open({ space, storage: await openJournal(path) });
      if (wish) await study.enqueue(wish);
      for (let done = 0; done < count; done++) {
        const { id } = (await study.ask())!;
        await study.tell(id, 100 - id);
      }
      await study.close();
    };
    const facts = ({ seen }: { readonly seen: readonly OptunaTrial[] }) =>
      seen.map(({ state, params, value }) => ({ state, params, value }));
    const ours = async () => {
      const { trials } = fold(await readJournal(path));
      return trials.map(asOptuna).map(({ state, params, value }) => ({ state, params: plain(params), value }));
    };
    await run(mixed, 6);
    // Other ranges: Optuna sees all, and goes on.
    await run(changed({ low: 0.5, high: 20 }, ['sgd', 'adam', null]), 6);
    const wider = runOptuna(context, 'study');
    expect(facts(wider)).toEqual((await ours()).slice(0, 12));
    expect(wider.added.map(({ state }) => state)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
    // Other choices.
    await run(changed({ low: 0.5, high: 20 }, ['adam', null, 'lion']), 12, { optimizer: 'lion' });
    const other = runOptuna(context, 'study', '{"units":20}');
    // Values of a trial that waited come singly, and Optuna passes those over whose choices are not the first trial's.
    const expected = (await ours()).slice(0, -1).map(trial => {
      const { optimizer, ...others } = trial.params;
      return optimizer === 'lion' && trial.value === 85 ? { ...trial, params: others } : trial;
    });
    expect(facts(other)).toEqual(expected);
    expect(other.seen.filter(({ params }) => params['optimizer'] === 'lion').length).toBeGreaterThan(0);
    expect(other.important).toContain('optimizer');
  });

  test('with damaged lines opens there when we have opened it, with the same trials', async context => {
    const study = await open({ storage: await openJournal(path) });
    for (let id = 0; id < 9; id++) {
      await study.ask();
      await study.report(id, { step: 1, value: id });
      await study.tell(id, 10 - id);
    }
    await study.close();
    const isDamaged = /"op_code":4,"study_id":0,"trial_id":5|"op_code":6,"trial_id":7/;
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
    writeFileSync(path, lines.map(line => (isDamaged.test(line) ? `\0${line.slice(1)}` : line)).join(''));
    await (await openJournal(path, () => undefined)).close();
    const ours = fold(await readJournal(path)).trials;
    expect(ours.map(({ state }) => state)).toEqual(
      Array.from({ length: 9 }, (_, id) => (id === 5 ? 'failed' : id === 7 ? 'running' : 'complete')),
    );
    const { seen, best, added } = runOptuna(context, 'study');
    expect(best).toBe(8);
    const facts = (trials: readonly Omit<OptunaTrial, 'started'>[]) =>
      trials.map(({ state, params, value }) => ({ state, params: plain(params), value }));
    expect(facts(seen)).toEqual(facts(ours.map(asOptuna)));
    expect(
      facts(
        fold(await readJournal(path))
          .trials.slice(9)
          .map(asOptuna),
      ),
    ).toEqual(facts(added));
  });

  test('may hold interrupted trials, of several objectives too: they run there, and go on here', async context => {
    const directions = ['minimize', 'maximize'] as const;
    const options = { direction: 'minimize', directions } as const;
    const study = await open({ ...options, storage: await openJournal(path) });
    for (let id = 0; id < 4; id++) {
      await study.ask();
      await study.report(id, { step: 1, value: id });
      if (id === 1 || id === 3) await study.interrupt(id);
      if (id === 1) {
        await study.ask();
        await study.report(1, { step: 1, value: 0.5 });
      }
      if (id < 3) await study.tell(id, [id, id]);
    }
    await study.close();
    const seen = [0, 1, 2].map(id => ({ state: 'COMPLETE', values: [id, id] }));
    expect(runPython(context, 'several_with_optuna.py', 'study')).toEqual({
      directions: ['MINIMIZE', 'MAXIMIZE'],
      seen: [...seen, { state: 'RUNNING', values: null }],
      best: [0, 1, 2],
      added: 4,
    });
    const again = await open({ ...options, storage: await openJournal(path) });
    expect(again.trials()[1]).toMatchObject({ state: 'complete', attempt: 2, curve: [{ step: 1, value: 0.5 }] });
    expect(again.trials()[4]).toMatchObject({ state: 'complete', values: [-1, 100] });
    expect(await again.ask()).toMatchObject({ id: 3, attempt: 2, curve: [] });
    expect(await again.ask()).toMatchObject({ id: 5, attempt: 1 });
    await again.close();
  });

  test.for([1, 40, 150])(
    'that is cut %d bytes before its end goes on there once we have opened it',
    async (cut, context) => {
      const study = await open({ storage: await openJournal(path) });
      for (let id = 0; id < 4; id++) {
        await study.ask();
        await study.tell(id, 10 - id);
      }
      await study.close();
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.subarray(0, -cut));
      await (await openJournal(path)).close();
      const { seen, best, added } = runOptuna(context, 'study');
      expect(best).toBe(2);
      expect(seen.map(({ state }) => state)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', 'RUNNING']);
      const { trials } = fold(await readJournal(path));
      expect(trials.slice(4).map(({ state, value }) => [state, value])).toEqual(
        added.map(({ value }) => ['complete', value]),
      );
      const again = await open({ storage: await openJournal(path) });
      expect(await again.ask()).toMatchObject({ id: 3, attempt: 2 });
      await again.close();
    },
  );

  test('may hold enqueued trials: of ours, that Optuna runs, and of Optuna, that we run', async context => {
    const study = await open({ storage: await openJournal(path) });
    await study.tell((await study.ask())!.id, 1);
    await study.enqueue({ layers: { dense: 16 }, units: 100 }, { attributes: { from: 'earlier' } });
    await study.close();
    const { seen, added } = runOptuna(context, 'study');
    expect(seen[1]).toMatchObject({ state: 'WAITING', params: {}, attributes: { from: 'earlier' }, started: null });
    expect(added[0]).toMatchObject({ state: 'COMPLETE', value: 0.25, attributes: { from: 'earlier', by: 'Optuna' } });
    expect(added[0]!.params).toMatchObject({ layers: '{"dense":16}', units: 100 });
    const ours = fold(await readJournal(path)).trials[1]!;
    expect(ours).toMatchObject({ state: 'complete', value: 0.25, attributes: { from: 'earlier', by: 'Optuna' } });
    expect(ours.enqueued).toEqual({ layers: { dense: 16 }, units: 100 });
    expect(plain(ours.config)).toEqual(added[0]!.params);

    const config = { lr: 0.5, optimizer: null, layers: '[64,32]' };
    for (let twice = 0; twice < 2; twice++) runOptuna(context, 'study', JSON.stringify(config));
    const again = await open({ storage: await openJournal(path) });
    expect(again.trials()).toHaveLength(5);
    expect(again.trials()[4]).toMatchObject({ state: 'waiting', attributes: { by: 'Optuna' } });
    const trial = await again.ask();
    expect(trial).toMatchObject({ id: 4, attempt: 1, config: { ...config, layers: [64, 32] } });
    await again.tell(4, { state: 'complete', value: 3, attributes: { seconds: 2 } });
    await again.close();
    expect(runOptuna(context, 'study', JSON.stringify(config)).seen[4]).toMatchObject({
      state: 'COMPLETE',
      value: 3,
      params: plain(trial!.config),
      attributes: { by: 'Optuna', seconds: 2 },
    });
  });

  test('may hold trials of Optuna that have the choices in another order', async context => {
    const c: Param = { name: 'c', type: 'categorical', choices: ['a', 'b', [1]], default: 'a' };
    const space: Space = { params: [c], constraints: [] };
    await (await open({ space, storage: await openJournal(path) })).close();
    const order = JSON.stringify(['[1]', 'b', 'a']);
    const added = [1, 2, 3].flatMap(() => runOptuna(context, 'study', order).added);
    const { trials } = fold(await readJournal(path));
    expect(trials.map(({ config }) => plain(config))).toEqual(added.map(({ params }) => params));
  });

  test('of several objectives has the same directions, values and front there', async context => {
    const directions = ['minimize', 'maximize'] as const;
    const options = { direction: 'minimize', directions } as const;
    const study = await open({ ...options, storage: await openJournal(path) });
    const told = [
      [1, 5],
      [2, 9],
      [3, 8],
      [0.5, 1],
      [1, 5],
    ] as const;
    for (const [id, values] of told.entries()) {
      await study.ask();
      await study.report(id, { step: 1, value: values[0] });
      await study.tell(id, values);
    }
    await study.ask();
    await study.tell(5, { state: 'pruned', value: 0.25 });
    await study.ask();
    await study.tell(6, { state: 'failed' });
    const ours = study.trials();
    const front = study.front().map(({ id }) => id);
    expect(front).toEqual([3, 0, 4, 1]);
    await study.close();

    const again = await open({ ...options, storage: await openJournal(path) });
    expect(again.trials()).toEqual(ours);
    expect(again.trials()[5]).toMatchObject({ state: 'pruned', value: 0.25 });
    await again.close();

    const answer = runPython(context, 'several_with_optuna.py', 'study');
    expect(answer).toEqual({
      directions: ['MINIMIZE', 'MAXIMIZE'],
      seen: [
        ...told.map(values => ({ state: 'COMPLETE', values })),
        { state: 'PRUNED', values: null },
        { state: 'FAIL', values: null },
      ],
      best: [0, 1, 3, 4],
      added: 7,
    });
    const last = await open({ ...options, storage: await openJournal(path) });
    expect(last.trials()[7]).toMatchObject({ state: 'complete', value: -1, values: [-1, 100] });
    expect(last.front().map(({ id }) => id)).toEqual([7]);
    await last.close();
  });
});
