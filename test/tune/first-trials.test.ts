/** What a study tries first: enqueued configurations, and the best ones of earlier studies. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createStudy, defineSpace, tune, TuneError, type Config, type TuneOptions } from '../../src/index.ts';
import { openJournal } from '../../src/storage/journal.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const reports = join(folder, 'reports');

const parameters = {
  x: { type: 'float', low: -5, high: 5, default: 4 },
  n: { type: 'int', low: 1, high: 64, log: true, default: 8 },
  kind: { type: 'categorical', choices: ['a', 'b'], default: 'a' },
} as const;

const objective = ({ config }: { readonly config: Config }): number => ((config['x'] as number) - 1) ** 2;

function contents(name: string, more: object = {}): Record<string, unknown> {
  return { name, space: parameters, search: { pruner: 'none', ...more }, budget: { trials: 6 } };
}

function run(target: Record<string, unknown> | string, options: TuneOptions = {}) {
  return tune(target, { objective, slots: 1, reports, ...options });
}

async function refusal(promise: Promise<unknown>): Promise<TuneError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TuneError);
  return error as TuneError;
}

describe('enqueued configurations', () => {
  test('of file and call come after the defaults, each once, however often the study goes on', async () => {
    const target = contents('enqueued', { enqueue: [{ x: 1.5, n: 3 }, { kind: 'b' }, { x: 1.5, n: 3 }] });
    const first = await run(target, { enqueue: [{ x: -1 }], trials: 2 });
    expect(first.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'waiting', 'waiting']);
    expect(first.report.cost.counts).toMatchObject({ complete: 2, waiting: 2, running: 0 });
    const { trials } = await run(target, { enqueue: [{ x: -1 }] });
    expect(trials.map(({ config }) => config)).toMatchObject([
      { x: 4, n: 8, kind: 'a' },
      { x: 1.5, n: 3 },
      { kind: 'b' },
      { x: -1 },
      {},
      {},
    ]);
    expect(trials.map(({ attributes }) => attributes?.['enqueued'])).toEqual([
      undefined,
      'by hand',
      'by hand',
      'by hand',
      undefined,
      undefined,
    ]);
  });

  test.each([
    ['{ "x": 9 }', '2:34', '"x" cannot be 9', 'a number from -5 to 5'],
    ['{ "X": 1 }', '2:29', 'there is no parameter "X"', 'did you mean "x"?'],
    ['{ "x": 4, "n": 60 }', '2:27', 'breaks a constraint', 'x * n < 200'],
    ['{ "n": 64, "x": 3.5 }', '2:27', 'breaks a constraint', 'x * n < 200'],
    ['7', '2:27', 'element 1 is 7', 'an object with values of parameters'],
  ])('%s is refused where it stands', async (config, place, message, advice) => {
    const path = join(folder, 'refused.json');
    const space = JSON.stringify(parameters);
    writeFileSync(
      path,
      `{ "space": ${space}, "constraints": ["x * n < 200"],\n  "search": { "enqueue": [${config}] } }`,
    );
    const error = await refusal(run(path));
    expect(error.code).toBe('SPACE_INVALID');
    expect(error.message).toContain(`refused.json:${place}: `);
    expect(error.message).toContain(message);
    expect(error.message).toContain(advice);
  });

  test('that no others can go with are refused before any trial', async () => {
    const path = join(folder, 'alone.json');
    const space = JSON.stringify({ ...parameters, x: { type: 'float', low: 4, high: 5 } });
    writeFileSync(
      path,
      `{ "space": ${space}, "constraints": ["x * n < 200"],\n  "search": { "enqueue": [{ "n": 64 }] } }`,
    );
    const error = await refusal(run(path));
    expect(error.code).toBe('SPACE_INVALID');
    expect(error.message).toContain('alone.json:2:27: no configuration with {"n":64} satisfies the constraints');
  });
});

describe('a warm start', () => {
  const earlier = join(reports, 'earlier', 'journal.log');

  beforeAll(async () => {
    mkdirSync(join(reports, 'earlier'), { recursive: true });
    const space = defineSpace({
      x: { type: 'float', low: -9, high: 9 },
      n: { type: 'int', low: 1, high: 256, log: true },
      old: { type: 'boolean' },
    });
    const study = await createStudy({ space, name: 'earlier', direction: 'maximize', storage: earlier });
    const tried = [
      [{ x: 0, n: 1, old: true }, 1],
      [{ x: 0.5, n: 2, old: true }, 7],
      [{ x: 7, n: 200, old: false }, 9],
      [{ x: 0.5, n: 2, old: false }, 8],
      [{ x: 2, n: 3, old: false }, 6],
      [{ x: 3, n: 3, old: false }, 5],
    ] as const;
    for (const [config] of tried) await study.enqueue(config);
    for (const value of [0, ...tried.map(([, value]) => value)]) await study.tell((await study.ask())!.id, value);
    await study.close();
  });

  const warm = [
    { x: 4, n: 8, kind: 'a' },
    { x: 5, n: 64, kind: 'a' },
    { x: 0.5, n: 2, kind: 'a' },
    { x: 2, n: 3, kind: 'a' },
  ];

  test('tries the three best ones after the defaults, as far as the space has room for them', async () => {
    const { trials } = await run(contents('warm', { enqueue: [{ x: 0 }] }), { warmStart: [join(reports, 'earlier')] });
    expect(trials.slice(0, 4).map(({ config }) => config)).toEqual(warm);
    expect(trials[4]).toMatchObject({ config: { x: 0 }, attributes: { enqueued: 'by hand' } });
    expect(trials[1]?.attributes?.['enqueued']).toBe(`${join(reports, 'earlier')}, trial 3`);
  });

  test('reads from the folder of the space file, also while the earlier study runs', async () => {
    writeFileSync(join(folder, 'warm-file.json'), JSON.stringify(contents('x', { warmStart: ['reports/earlier'] })));
    const running = await openJournal(earlier);
    const { trials } = await run(join(folder, 'warm-file.json'), { name: 'warm-file' });
    await running.close();
    expect(trials.slice(0, 4).map(({ config }) => config)).toEqual(warm);
    expect(trials[1]?.attributes?.['enqueued']).toBe('reports/earlier, trial 3');
  });

  test('stays as it was when the study goes on, whatever the earlier one has come to', async () => {
    const target = contents('warm-again', { warmStart: [join(reports, 'earlier')] });
    await run(target, { trials: 2 });
    const { trials } = await run({ ...target, search: { pruner: 'none', warmStart: [join(reports, 'warm')] } });
    expect(trials.slice(0, 4).map(({ config }) => config)).toEqual(warm);
    expect(trials).toHaveLength(6);
  });

  test('from nowhere is refused where the file says so', async () => {
    const path = join(folder, 'nowhere.json');
    writeFileSync(path, '{ "space": {},\n  "search": { "warmStart": ["reports/none"] } }');
    const inFile = await refusal(run(path));
    expect([inFile.code, inFile.problems[0]?.where?.line, inFile.problems[0]?.where?.column]).toEqual([
      'FILE_UNREADABLE',
      2,
      29,
    ]);
    const inCall = await refusal(run(contents('nowhere'), { warmStart: ['no/where'] }));
    expect(inCall.message).toContain('no/where: there is no earlier study');
    writeFileSync(join(folder, 'not-a-journal.log'), 'hello\n');
    const noJournal = await refusal(run(contents('nowhere'), { warmStart: [join(folder, 'not-a-journal.log')] }));
    expect(noJournal.code).toBe('STORAGE_FAILED');
  });
});
