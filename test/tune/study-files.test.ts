/** What a study reads, in any of its configurations; and that it trains the same bits from it elsewhere. */
import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { openArtifacts } from '../../src/artifacts/open-artifacts.ts';
import { provideFiles } from '../../src/artifacts/provide-files.ts';
import { sha256Of } from '../../src/artifacts/hashes.ts';
import { uploadFiles } from '../../src/artifacts/upload-files.ts';
import { movedSetup, strayIn } from '../../src/executors/moved-setup.ts';
import type { HostSetup } from '../../src/executors/protocol.ts';
import { threadsExecutor } from '../../src/executors/threads.ts';
import type { Outcome, TrialJob } from '../../src/study/ports.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { parseSpaceText } from '../../src/space/parse.ts';
import { defaultConfig } from '../../src/space/default-config.ts';
import type { Config } from '../../src/space/space.ts';
import { trialSeed } from '../../src/study/rng.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import { sections, type TuneFile } from '../../src/tune/sections.ts';
import { createTrainer, loadSharedDataset } from '../../src/train/trainer.ts';
import { readWeights } from '../../src/train/transfer/read-weights.ts';
import { filesOf } from '../../src/tune/study-files.ts';
import { planWork } from '../../src/tune/work.ts';
import { fill } from '../artifacts/study-data.ts';
import { testFolder } from './test-folder.ts';

beforeAll(() => loadBackend());

const folder = realpathSync(testFolder());
const fresh = (): string => join(folder, randomUUID());
/** A study whose space file is in `space/` of a folder with these files. */
const study = (contents: object, files: Readonly<Record<string, string | Uint8Array>> = {}): TuneFile => {
  const path = join(fill(fresh(), { 'space/space.json': JSON.stringify(contents), ...files }), 'space', 'space.json');
  return parseSpaceText(readFileSync(path, 'utf8'), path, sections);
};
const pathsOf = async (file: TuneFile) =>
  (await filesOf(file)).map(({ path, folder }) => (folder === undefined ? path : [folder, path]));
const choices = (...values: readonly unknown[]) => ({ type: 'categorical', choices: values });

const table = (seed: number): string =>
  [
    'a,b,y',
    ...Array.from({ length: 60 }, (_, row) => [Math.sin(row * seed), Math.cos(row + seed), row % 2].join()),
  ].join('\n');
const golden = (name: string): string => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));

describe('the files of a study', () => {
  test('are those of its data, with their contents', async () => {
    const file = study({ data: { csv: './a.csv' } }, { 'space/a.csv': table(1) });
    const path = join(file.folder, 'a.csv');
    expect(await filesOf(file)).toEqual([
      { path: 'a.csv', sha256: await sha256Of(path), bytes: readFileSync(path).length },
    ]);
    expect(await filesOf(study({ data: { twoMoons: {} } }))).toEqual([]);
  });

  test('in every configuration, by whatever parameter the path comes', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const files = Object.fromEntries(names.map(name => [`space/${name}.csv`, table(1)]));
    const data = { csv: { file: '$source', drop: '$drop' }, normalize: '$normalize' };
    const space = {
      source: choices('a.csv', '$more'),
      more: { ...choices('b.csv', 'c.csv'), when: { source: ['$more'] } },
      drop: choices([], ['a']),
      normalize: choices('standard', 'none'),
    };
    expect(await pathsOf(study({ data, space }, files))).toEqual(['a.csv', 'b.csv', 'c.csv']);
    const sources = { whole: choices({ csv: 'd.csv' }, { csv: { file: 'e.csv' } }), key: choices('csv', 'npz') };
    expect(await pathsOf(study({ data: '$whole', space: sources }, files))).toEqual(['d.csv', 'e.csv']);
    expect(await pathsOf(study({ data: { $key: 'f.csv' }, space: sources }, files))).toEqual(['f.csv']);
  });

  test('wherever they are, seen from the space file', async () => {
    const elsewhere = join(fill(fresh(), { 'x.csv': table(1) }), 'x.csv');
    const space = { source: choices('../data/a.csv', 'deep/../b.csv', elsewhere) };
    const file = study({ data: { csv: '$source' }, space }, { 'data/a.csv': table(1), 'space/b.csv': table(2) });
    expect(await pathsOf(file)).toEqual(['../data/a.csv', elsewhere, 'b.csv']);
  });

  test('are those of folders, without what is hidden', async () => {
    const data = { images: { folder: '../photos/', testFolder: '../test' } };
    const files = ['photos/0/a.png', 'photos/1/b.png', 'photos/.hidden', 'photos/0/.hidden', 'test/0/c.png'];
    expect(await pathsOf(study({ data }, Object.fromEntries(files.map(name => [name, 'x']))))).toEqual([
      ['../photos', '../photos/0/a.png'],
      ['../photos', '../photos/1/b.png'],
      ['../test', '../test/0/c.png'],
    ]);
  });

  test('count even where a condition on a number decides about them', async () => {
    const data = { images: { folder: 'photos', testFolder: '$test' } };
    const space = { size: { type: 'int', low: 1, high: 1_000_000 }, test: { ...choices('test'), when: { size: [7] } } };
    const files = { 'space/photos/0/a.png': 'x', 'space/test/0/b.png': 'x' };
    expect(await pathsOf(study({ data, space }, files))).toEqual([
      ['photos', 'photos/0/a.png'],
      ['test', 'test/0/b.png'],
    ]);
  });

  test('are the modules that it names', async () => {
    const module = 'export default () => 1';
    expect(await pathsOf(study({ data: { module: 'make.mjs' } }, { 'space/make.mjs': module }))).toEqual(['make.mjs']);
    const file = study({ trainer: '../mine.mjs', space: { x: choices(1, 2) } }, { 'mine.mjs': module });
    expect(await pathsOf(file)).toEqual(['../mine.mjs']);
  });

  test('are weights to start from, in the files that they are in', async () => {
    const space = { from: choices('cnn.h5', '../models/cnn', 'runs') };
    const file = study({ data: { twoMoons: {} }, train: { transfer: { from: '$from' } }, space });
    cpSync(golden('weights/cnn-keras3.h5'), join(file.folder, 'cnn.h5'));
    cpSync(golden('weights/tfjs-float32'), join(file.folder, '../models/cnn'), { recursive: true });
    for (const run of ['2026-01-02.2', '2026-01-02.10', '2026-01-02'])
      cpSync(golden('weights/tfjs-float32'), join(file.folder, 'runs', run, 'model'), { recursive: true });
    fill(file.folder, { 'runs/2026-01-02.10/model/tune.json': '{}', 'runs/journal.log': '' });
    const shards = [1, 2, 3, 4].map(shard => `group1-shard${shard}of4.bin`);
    const inFolder = (folder: string, names: readonly string[]) => names.map(name => [folder, `${folder}/${name}`]);
    expect(await pathsOf(file)).toEqual([
      ...inFolder('../models/cnn', [...shards, 'model.json']),
      'cnn.h5',
      ...inFolder('runs/2026-01-02.10/model', [...shards, 'model.json', 'tune.json']),
    ]);
  });

  test('have to be there', async () => {
    const space = { source: choices('a.csv', 'gone.csv') };
    const file = study({ data: { csv: '$source' }, space }, { 'space/a.csv': table(1) });
    await expect(filesOf(file)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      problems: [{ message: 'there is no such file', where: { file: join(file.folder, 'gone.csv') } }],
    });
  });

  test('may depend on parameters in many ways, but not in any number of them', async () => {
    const space = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`p${index}`, choices('1', '2', '3', '4', '5', '6', '7', '8')]),
    );
    const data = { csv: { file: 'a.csv', drop: Object.keys(space).map(name => `$${name}`) } };
    await expect(filesOf(study({ data, space }, { 'space/a.csv': table(1) }))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: /depend on "p0", "p1", "p2", "p3", "p4" in more than 10000 ways/,
    });
  });
});

const train = { optimizer: { adam: '$rate' }, epochs: 3, batchSize: 8, earlyStopping: false };
const model = { layers: [{ dense: { units: 8, activation: 'relu' } }, { dropout: 0.2 }] };
const rate = { type: 'float', low: 1e-3, high: 1e-1, log: true };

/** The setup that a machine gets by way of a database. */
const setupOf = async (file: TuneFile): Promise<HostSetup> => {
  const { setup } = await planWork(file, fresh(), {}, () => undefined);
  return JSON.parse(JSON.stringify(setup)) as HostSetup;
};
/** What trials come to: value and weights. */
type Train = (host: HostSetup, configs: readonly Config[]) => Promise<readonly unknown[]>;

async function comeTo(configs: readonly Config[], run: (job: TrialJob) => Promise<Outcome>) {
  const results: unknown[] = [];
  for (const [trial, config] of configs.entries()) {
    const outcome = (await run({ trial, attempt: 1, seed: trialSeed(1, trial), config })) as TrialResult;
    const { state, value, attributes, failure } = outcome;
    expect({ state, failure }).toEqual({ state: 'complete', failure: undefined });
    results.push([value, attributes?.['weightsHash']]);
  }
  return results;
}

const inThisProcess: Train = async (host, configs) => {
  const { setup } = host as Extract<HostSetup, { kind: 'training' }>;
  const trainer = createTrainer(setup, await loadSharedDataset(setup));
  return comeTo(configs, job =>
    trainer.train(
      job,
      () => 'continue',
      () => false,
    ),
  );
};

/** Where nothing but Node.js loads modules. */
const inHost: Train = async (setup, configs) => {
  const executor = await threadsExecutor({ setup, slots: 1, log: () => undefined });
  return comeTo(configs, job => executor.run(job, () => 'continue')).finally(() => executor.close());
};

type Folder = Readonly<Record<string, string | Uint8Array>>;

interface Trials {
  readonly configs?: readonly Config[];
  readonly run?: Train;
}

/** Trains here, and then on machines that have the data in other ways; the space file and all beside it is gone by then. */
async function sameElsewhere(file: TuneFile, roots: readonly Folder[], { configs, run = inThisProcess }: Trials = {}) {
  const tried = configs ?? [defaultConfig(file.space)];
  const setup = await setupOf(file);
  const expected = await run(setup, tried);
  const files = await filesOf(file);
  const store = await openArtifacts(fresh());
  await uploadFiles(files, file.folder, store);
  rmSync(dirname(file.folder), { recursive: true });
  for (const root of roots) {
    const machine = { roots: [fill(fresh(), root)], cache: fresh(), store, observe: () => undefined };
    const provided = await provideFiles(files, machine);
    const named = setup.kind === 'custom' ? { ...setup, module: files[0]!.path } : setup;
    const moved = movedSetup(named, files, { folder: provided, checkpoints: fresh() });
    expect(await run(moved, tried)).toEqual(expected);
  }
  return expected;
}

describe('trials train the same bits on another machine', { timeout: 120_000 }, () => {
  test('from tables', async () => {
    const file = study(
      { data: { csv: '$source' }, model, train, space: { rate, source: choices('a.csv', '../data/b.csv') } },
      { 'space/a.csv': table(1), 'data/b.csv': table(2) },
    );
    const roots: readonly Folder[] = [
      { 'a.csv': table(1), 'data/b.csv': table(2) },
      { 'deep/a.csv': table(1), 'b.csv': table(2) },
      {},
    ];
    const configs = ['a.csv', '../data/b.csv'].map(source => ({ rate: 0.01, source }));
    const results = await sameElsewhere(file, roots, { configs });
    expect(new Set(results.map(String)).size).toBe(2);
  });

  test('from streamed tables', async () => {
    const file = study(
      { data: { csv: 'a.csv', streaming: true }, model, train, space: { rate } },
      { 'space/a.csv': table(1) },
    );
    await sameElsewhere(file, [{ 'a.csv': table(1) }, {}]);
  });

  test('from folders of images', async () => {
    const { colour } = JSON.parse(readFileSync(golden('images.json'), 'utf8')) as {
      readonly colour: { readonly files: Readonly<Record<string, string>> };
    };
    const images = Object.entries(colour.files).flatMap(([path, text]) =>
      [0, 1, 2, 3, 4, 5].map(copy => [
        `photos/${dirname(path)}/${copy}-${path.split('/')[1]}`,
        Buffer.from(text, 'base64'),
      ]),
    );
    const photos = Object.fromEntries(images) as Readonly<Record<string, Buffer>>;
    const data = { images: { folder: '../photos', size: [12, 12] } };
    const file = study({ data, model: { layers: ['flatten', { dense: 8 }] }, train, space: { rate } }, photos);
    const [first] = Object.keys(photos);
    await sameElsewhere(file, [photos, { ...photos, [`${dirname(first!)}/new.png`]: photos[first!]! }, {}]);
  });

  test('from the weights of another network', async () => {
    const other = study({ data: { twoMoons: { examples: 60 } }, model, train, space: { rate } });
    const setup = await setupOf(other);
    await inThisProcess(setup, [{ rate: 0.05 }]);
    const weights = readFileSync(
      join((setup as { setup: { checkpoints: string } }).setup.checkpoints, 'trial-0.weights'),
    );
    const transferring = { ...train, transfer: { from: '../earlier/moons.weights' } };
    const file = study(
      { data: { twoMoons: { examples: 60 } }, model, train: transferring, space: { rate } },
      { 'earlier/moons.weights': weights },
    );
    await sameElsewhere(file, [{ 'moons.weights': weights }, {}]);
  });

  test('with modules of the user, which are never fetched', async () => {
    const make = `import { table } from './table.mjs';
      export default ({ seed }) => table(seed);`;
    const helper = `export const table = seed => ({
      inputs: Array.from({ length: 40 }, (_, row) => [Math.sin(row * seed), row / 40]),
      targets: Array.from({ length: 40 }, (_, row) => row % 2),
    });`;
    const modules = { 'make.mjs': make, 'table.mjs': helper };
    const beside = Object.fromEntries(Object.entries(modules).map(([name, text]) => [`space/${name}`, text]));
    await sameElsewhere(study({ data: { module: 'make.mjs' }, model, train, space: { rate } }, beside), [modules], {
      run: inHost,
    });
    const trainer = { 'mine.mjs': 'export default ({ config, seed }) => config.rate * (seed % 1000);' };
    await sameElsewhere(study({ trainer: '../mine.mjs', space: { rate } }, trainer), [trainer], { run: inHost });
  });
});

test('the files of a model are read where they are provided', async () => {
  const file = study({ data: { twoMoons: {} }, train: { transfer: { from: '../runs' } } });
  const run = join(file.folder, '../runs/2026-01-02/model');
  cpSync(golden('weights/tfjs-float32'), run, { recursive: true });
  const expected = await readWeights(join(file.folder, '../runs'));
  const files = await filesOf(file);
  const store = await openArtifacts(fresh());
  await uploadFiles(files, file.folder, store);
  const whole = fresh();
  cpSync(join(file.folder, '..'), whole, { recursive: true });
  const more = fresh();
  cpSync(whole, more, { recursive: true });
  fill(more, { 'runs/2026-01-02/model/tune.json': 'of another model' });
  for (const root of [whole, more, fresh()]) {
    const provided = await provideFiles(files, { roots: [root], cache: fresh(), store, observe: () => undefined });
    expect({ ...(await readWeights(join(provided, '../runs'))), path: '' }).toEqual({ ...expected, path: '' });
  }
});

test('a setup that names other files than those that are listed is refused', async () => {
  const file = study({ data: { csv: 'a.csv' }, model, train, space: { rate } }, { 'space/a.csv': table(1) });
  const setup = await setupOf(file);
  const files = await filesOf(file);
  const place = { folder: fresh(), checkpoints: fresh() };
  const naming = (sections: object): HostSetup =>
    ({ ...setup, setup: { ...(setup as { setup: object }).setup, ...sections } }) as HostSetup;
  for (const sections of [
    { data: { csv: '/etc/passwd' } },
    { data: { csv: '../../../../etc/passwd' } },
    { data: { csv: 'b/../../a.csv' } },
    { data: { images: '..' } },
    { data: { module: '/tmp/evil.mjs' } },
    { train: { ...train, transfer: { from: '/root/.ssh/id_rsa' } } },
  ])
    expect(() => movedSetup(naming(sections), files, place)).toThrow('is not among those that it reads');
  const choosing = naming({
    data: { csv: '$source' },
    space: defineSpace({ source: { type: 'categorical', choices: ['a.csv'] } }),
  });
  const moved = movedSetup(choosing, files, place);
  expect(strayIn(moved, files)({ source: 'a.csv' })).toBeUndefined();
  for (const source of ['/etc/passwd', '../a.csv', { file: '/etc/passwd' }])
    expect(strayIn(moved, files)({ source })).toContain('is not among those that it reads');
  const mine = [{ ...files[0]!, path: '../mine.mjs' }];
  for (const module of ['/tmp/evil.mjs', 'mine.mjs', '../../mine.mjs', ''])
    expect(() => movedSetup({ kind: 'custom', module }, mine, place)).toThrow('is not among those that it reads');
  expect(movedSetup({ kind: 'custom', module: '../mine.mjs' }, mine, place)).toEqual({
    kind: 'custom',
    module: join(place.folder, '../mine.mjs'),
  });
});
