/** Row 18: keys and names that mean something to JavaScript objects, wherever text from outside becomes an object. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createStudy, tune } from '../../src/index.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { loadSpaceFile } from '../../src/space/parse.ts';
import { formatLine, operations, states, type JournalLine } from '../../src/storage/journal-line.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { sections } from '../../src/tune/sections.ts';
import { runTune } from '../cli/program.ts';
import { startServer } from '../serve/server.ts';
import { line, makeStudy } from '../study/make-study.ts';
import { testFolder } from '../tune/test-folder.ts';

const folder = testFolder();
const names = ['__proto__', 'constructor', 'prototype'] as const;
const builtIns = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  Map.prototype,
];

/** What all objects have, and where it comes from. */
function propertiesOf(object: object): readonly (readonly [PropertyKey, unknown])[] {
  return Reflect.ownKeys(object).map(key => [key, Object.getOwnPropertyDescriptor(object, key)!.value] as const);
}

const before = builtIns.map(propertiesOf);

function isUntouched(object: object, index: number): boolean {
  const [now, then] = [propertiesOf(object), before[index]!];
  return now.length === then.length && now.every(([key, value], at) => key === then[at]![0] && value === then[at]![1]);
}

/** What every payload tries to give to all objects. */
const evil = '{ "polluted": true, "toString": 1, "type": "float" }';

afterEach(() => {
  if (!builtIns.every(isUntouched)) throw new Error('what all objects have is not what it was');
});

describe('a space file', () => {
  const x = '"x": { "type": "float", "low": 0, "high": 1 }';
  const places: Readonly<Record<string, (name: string) => string>> = {
    root: name => `{ "${name}": ${evil}, "space": { ${x} } }`,
    escaped: name =>
      `{ "\\u005f${name.slice(1)}": 1, "${name.replace(/^./, c => `\\u00${c.charCodeAt(0).toString(16)}`)}": ${evil} }`,
    parameter: name => `{ "space": { "${name}": { "type": "float", "low": 0, "high": 1 } } }`,
    'specification of a parameter': name =>
      `{ "space": { "x": { "type": "float", "low": 0, "high": 1, "${name}": ${evil} } } }`,
    choice: name => `{ "space": { "x": { "type": "categorical", "choices": [{ "${name}": ${evil} }, 1] } } }`,
    condition: name =>
      `{ "space": { ${x}, "y": { "type": "float", "low": 0, "high": 1, "when": { "${name}": [1] } } } }`,
    data: name => `{ "data": { "${name}": ${evil} } }`,
    layer: name => `{ "data": { "twoMoons": {} }, "model": { "layers": [{ "${name}": ${evil} }] } }`,
    optimizer: name => `{ "data": { "twoMoons": {} }, "train": { "optimizer": { "${name}": ${evil} } } }`,
    sampler: name => `{ "space": { ${x} }, "search": { "sampler": { "${name}": ${evil} } } }`,
    'name of a sampler': name => `{ "space": { ${x} }, "search": { "sampler": "${name}" } }`,
    'name of a layer': name => `{ "data": { "twoMoons": {} }, "model": { "layers": ["${name}"] } }`,
    enqueued: name => `{ "space": { ${x} }, "search": { "enqueue": [{ "${name}": ${evil} }] } }`,
    constraint: name => `{ "space": { ${x} }, "constraints": ["x.${name} < 1"] }`,
    'constraint by name': name => `{ "space": { ${x} }, "constraints": ["${name} < 1"] }`,
    reference: name => `{ "data": { "twoMoons": {} }, "model": { "layers": [{ "dense": "$${name}" }] } }`,
  };
  const payloads = Object.entries(places).flatMap(([place, text]) =>
    names.map(name => ({ place, name, text: text(name) })),
  );

  test.each(payloads)('$name as $place is refused', async ({ place, name, text }) => {
    const path = join(folder, `${place.replaceAll(' ', '-')}-${name}.json`);
    writeFileSync(path, text);
    await expect(loadSpaceFile(path, sections)).rejects.toMatchObject({ code: 'SPACE_INVALID' });
  });

  test.each(names)('%s may be a choice: it is text', async name => {
    const path = join(folder, `category-${name}.json`);
    writeFileSync(path, `{ "space": { "x": { "type": "categorical", "choices": ["${name}", "b"] } } }`);
    const { space } = await loadSpaceFile(path, sections);
    const { trials, report } = await tune(space, {
      name: `category-${name.replaceAll('_', '')}`,
      trials: 4,
      reports: folder,
      objective: ({ config }) => (config['x'] === name ? 0 : 1),
    });
    expect(trials[0]!.config).toEqual({ x: name });
    expect(parseReport(JSON.stringify(report))?.best?.config).toEqual({ x: name });
  });
});

describe('in code', () => {
  test.each(names)('%s is no name of a parameter', name => {
    const params = JSON.parse(`{ "${name}": { "type": "float", "low": 0, "high": 1 } }`) as Parameters<
      typeof defineSpace
    >[0];
    expect(() => defineSpace(params)).toThrow(name);
  });

  test.each(names)('%s in what is enqueued and told changes nothing else', async name => {
    const study = await createStudy({ space: defineSpace({ x: { type: 'float', low: 0, high: 1 } }) });
    await expect(study.enqueue(JSON.parse(`{ "${name}": ${evil} }`) as object)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    const { id } = (await study.ask())!;
    await study.report(id, { step: 1, value: 1, metrics: JSON.parse(`{ "${name}": 2 }`) as Record<string, number> });
    const attributes = JSON.parse(`{ "${name}": ${evil} }`) as Record<string, unknown>;
    expect(await study.tell(id, { state: 'complete', value: 1, attributes })).toMatchObject({
      state: 'complete',
      value: 1,
    });
  });
});

describe('a journal', () => {
  const at = '2026-01-01T00:00:00.000000+00:00';
  const float = JSON.stringify({
    name: 'FloatDistribution',
    attributes: { low: 0, high: 100, log: false, step: null },
  });
  const trial = { study_id: 0, trial_id: 1, datetime_start: at, state: states.running, user_attrs: {} };
  const payloads: Readonly<Record<string, (name: string) => string>> = {
    'names of parameters': name =>
      JSON.stringify({
        op_code: operations.createTrial,
        ...trial,
        params: { NAME: 1 },
        distributions: { NAME: float },
      }).replaceAll('NAME', name),
    'attributes of a trial': name => `{"op_code":8,"trial_id":0,"user_attr":{"${name}":${evil}}}`,
    'attributes of a study': name => `{"op_code":2,"study_id":0,"user_attr":{"${name}":${evil}}}`,
    'a parameter that is set': name =>
      JSON.stringify({ op_code: 5, trial_id: 0, param_name: name, param_value_internal: 1, distribution: float }),
    metrics: name => `{"op_code":7,"trial_id":0,"step":2,"intermediate_value":1,"metrics":{"${name}":3}}`,
    lines: name => `{"op_code":7,"trial_id":0,"step":3,"intermediate_value":1,"${name}":${evil}}`,
    'system attributes': name => `{"op_code":9,"trial_id":0,"system_attr":{"${name}":${evil}}}`,
    'enqueued values': name =>
      `{"op_code":4,"study_id":0,"trial_id":1,"datetime_start":null,"state":4,"distributions":{},"params":{},"user_attrs":{"${name}":${evil}},"system_attrs":{"fixed_params":{"${name}":1}}}`,
    'facts of the space': name =>
      `{"op_code":2,"study_id":0,"user_attr":{"tune":{"format":1,"seed":1,"space":{"params":[{"name":"${name}","type":"int","low":0,"high":1,"log":false,"step":1,"default":0}],"constraints":[]},"sections":{"${name}":${evil}},"at":"${at}"}}}`,
  };
  const cases = Object.entries(payloads).flatMap(([place, text]) =>
    names.map(name => ({ place, name, text: text(name) })),
  );

  test.each(cases)('with $name in $place is read, and goes on', async ({ place, name, text }) => {
    const path = join(folder, `${place.replaceAll(' ', '-')}-${name}.log`);
    const study = await makeStudy({ storage: await openJournal(path) });
    await study.ask();
    await study.report(0, { step: 1, value: 1 });
    await study.close();
    // As if we had written it ourselves, where our numbers are taken for granted, and as Optuna would have.
    const written = JSON.parse(text) as JournalLine;
    const seq = (await readJournal(path)).length + 1;
    writeFileSync(path, `${place === 'lines' ? formatLine(written, seq) : text}\n`, { flag: 'a' });
    const { trials } = fold(await readJournal(path));
    expect(trials[0]).toMatchObject({ id: 0, state: 'running' });
    expect((trials[0] as { polluted?: unknown }).polluted).toBe(undefined);
    for (const { config } of trials) expect(Object.getPrototypeOf(config)).toBe(Object.prototype);
    if (place === 'facts of the space') return;
    const again = await makeStudy({ space: line, storage: await openJournal(path, () => undefined) });
    await again.ask();
    await again.tell(0, 5);
    expect(again.best()).toMatchObject({ id: 0, value: 5 });
    await again.close();
  });
});

describe('reports of earlier runs', () => {
  test.each(names)('with the key %s', name => {
    expect(parseReport(`{ "${name}": ${evil}, "trials": [] }`)).toBe(undefined);
  });
});

describe('the program', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'cli'));
    writeFileSync(join(folder, 'cli', 'asked.json'), '{ "space": { "x": { "type": "float", "low": 0, "high": 1 } } }');
  });

  test('tune ask, tell and enqueue refuse them', async () => {
    const cwd = join(folder, 'cli');
    expect(await runTune(['ask', 'asked.json'], { cwd })).toMatchObject({ code: 0 });
    for (const name of names)
      for (const args of [
        ['enqueue', 'asked', `{"${name}":${evil}}`],
        ['tell', 'asked', '0', `{"${name}":${evil}}`],
        ['tell', name, '0', '1'],
      ]) {
        const { code, err } = await runTune(args, { cwd });
        expect(err).not.toMatch(/\n\s+at |bug in tfjs-tune/);
        expect([args, code]).toEqual([args, 2]);
      }
    expect(await runTune(['tell', 'asked', '0', '0.5'], { cwd })).toMatchObject({ code: 0 });
  });

  test('tune serve answers them with errors, and goes on', async () => {
    const { send, ask, end } = startServer(folder);
    const studies = names.map(name => `{"op":"study","space":{"${name}":{"type":"float","low":0,"high":1}}}`);
    const keys = names.map(name => `{"op":"ask","${name}":${evil}}`);
    const operations = names.map(name => `{"op":"${name}"}`);
    for (const { error } of await send(...studies, ...keys, ...operations)) expect(error.code).not.toBe('INTERNAL');
    expect(await ask('study', { space: { x: { type: 'float', low: 0, high: 1 } } })).toMatchObject({ ok: true });
    for (const name of names)
      expect((await send(`{"op":"enqueue","config":{"${name}":${evil}}}`))[0]).toMatchObject({ error: {} });
    const { id, config } = await ask('ask');
    expect(config).toEqual({ x: expect.any(Number) });
    expect(await ask('tell', { id, value: 1 })).toMatchObject({ ok: true });
    expect((await end()).code).toBe(0);
  });
});
