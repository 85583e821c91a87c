/**
 * Run with the folder of the test: tries names and links that lead out of the folder of studies, all in one process, whose
 * opens are watched. Prints what became of each.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, dist] = process.argv.slice(2);
const load = path => import(new URL(path, dist).href);
const { tune, replay } = await load('index.js');
const { findStudy, folderStudies, readStudy, studyNames } = await load('cli/studies.js');
const { readWeights } = await load('train/transfer/read-weights.js');
const { listImageFolder } = await load('train/data/image-folder.js');
const { isWithin } = await load('within.js');

const outside = join(folder, 'outside');
const reports = join(folder, 'inside', 'reports');
const space = { x: { type: 'float', low: 0, high: 1 } };
const objective = ({ config }) => config.x;
const budget = { trials: 1 };

/** What became of it: the code of the error, or "done". */
const outcome = async task => {
  try {
    const result = await task();
    return result === undefined ? 'nothing' : 'done';
  } catch (error) {
    return error.code ?? `INTERNAL ${error.message}`;
  }
};
const tell = (kind, payload, outcomes) => console.log(JSON.stringify({ kind, payload, outcomes }));

const names = [
  '..',
  '.',
  '',
  '../outside',
  '../../outside',
  '../outside/study',
  '/etc',
  '/etc/passwd',
  outside,
  `${outside}/study`,
  'a/../../outside',
  './../outside',
  'ok/../../outside',
  '....//outside',
  '..\\outside',
  '..\\..\\outside',
  '%2e%2e/outside',
  '%2e%2e%2foutside',
  '..%2foutside',
  '..%5coutside',
  '%252e%252e%252foutside',
  'C:\\outside',
  'C:outside',
  'c:/outside',
  '\\\\server\\share',
  '//server/share',
  '\\\\?\\C:\\outside',
  '..\u0000',
  'a\u0000b',
  '../outside\u0000.json',
  '．．/outside',
  '..;/outside',
  '~',
  '~/outside',
  '$HOME/outside',
  'file:///etc/passwd',
  ' ../outside',
  '../outside ',
  '\n../outside',
  '..\t',
  'nul',
  'CON',
];
for (const [index, name] of names.entries()) {
  const file = join(folder, 'inside', `name-${index}.json`);
  writeFileSync(file, JSON.stringify({ name, space, budget }));
  const good = join(folder, 'inside', 'good.json');
  writeFileSync(good, JSON.stringify({ space, budget }));
  tell('name', name, [
    await outcome(() => tune({ name, space, budget }, { objective, reports })),
    await outcome(() => tune(good, { name, objective, reports })),
    await outcome(() => tune(file, { objective, reports })),
    await outcome(() => replay(file, { reports })),
    await outcome(() => findStudy(reports, name)),
  ]);
}

const links = {
  linked: ['', `${outside}/study`],
  relative: ['', '../../outside/study'],
  dangling: ['', `${outside}/nowhere`],
  journal: ['journal.log', `${outside}/study/journal.log`],
  newJournal: ['journal.log', `${outside}/new.log`],
  checkpoints: ['checkpoints', outside],
  newCheckpoints: ['checkpoints', `${outside}/nowhere`],
};
for (const [name, [inside, target]] of Object.entries(links)) {
  if (inside) mkdirSync(join(reports, name));
  symlinkSync(target, join(reports, name, inside).replace(/\/$/, ''));
  tell('link', name, [
    await outcome(() => tune({ name, space, budget }, { objective, reports })),
    inside === 'checkpoints' ? 'none' : await outcome(() => readStudy(folderStudies(reports), name)),
  ]);
}
// Reports of earlier runs.
for (const name of ['dated', 'written']) {
  await tune({ name, space, budget }, { objective, reports });
  if (name === 'dated') symlinkSync(`${outside}/study/2030-01-01`, join(reports, name, '2030-01-01'));
  else {
    mkdirSync(join(reports, name, '2030-01-01'));
    symlinkSync(`${outside}/study/2030-01-01/report.json`, join(reports, name, '2030-01-01', 'report.json'));
  }
  const { files } = await readStudy(folderStudies(reports), name);
  tell('report', name, [files.json.includes('2030') ? 'followed' : 'left alone']);
}
tell('names', 'list', [
  (await studyNames(reports)).filter(name => name in links && links[name][0] !== 'checkpoints').join(),
]);

const shards = [
  '../../outside/weights.bin',
  `${outside}/weights.bin`,
  'a/../../../outside/weights.bin',
  '..\\..\\outside\\weights.bin',
  '/etc/passwd',
  './../../outside/weights.bin',
  'link.bin',
  'folder/weights.bin',
  '%2e%2e/%2e%2e/outside/weights.bin',
  'weights.bin\u0000',
  'C:\\outside\\weights.bin',
  '//etc/passwd',
];
const model = join(folder, 'inside', 'model');
mkdirSync(model);
symlinkSync(`${outside}/weights.bin`, join(model, 'link.bin'));
symlinkSync(outside, join(model, 'folder'));
for (const path of shards) {
  const weights = [{ name: 'dense/kernel', shape: [2], dtype: 'float32' }];
  const topology = { model_config: { class_name: 'Sequential', config: { name: 'm', layers: [] } } };
  const contents = { modelTopology: topology, format: 'layers-model', weightsManifest: [{ paths: [path], weights }] };
  writeFileSync(join(model, 'model.json'), JSON.stringify(contents));
  tell('weights', path, [await outcome(() => readWeights(model))]);
}

const photos = join(folder, 'inside', 'photos');
for (const name of ['0', '1']) mkdirSync(join(photos, name), { recursive: true });
for (const [link, target] of [
  ['0/a.png', `${outside}/secret.png`],
  ['1/b', outside],
  ['2', outside],
]) {
  symlinkSync(target, join(photos, link));
  tell('images', link, [await outcome(() => listImageFolder(photos))]);
}
for (const section of [{ csv: 'a\u0000.csv' }, { images: '\u0000' }, { npz: '..\u0000' }])
  tell('data', Object.keys(section)[0], [
    await outcome(() => tune({ name: 'data', data: section, budget }, { reports })),
  ]);
tell('trainer', 'trainer', [
  await outcome(() => tune({ name: 'trainer', trainer: 'a\u0000.mjs', space, budget }, { reports, slots: 1 })),
]);
tell('within', 'self', [await outcome(async () => (await isWithin(reports, join(reports, 'linked'))) || undefined)]);
