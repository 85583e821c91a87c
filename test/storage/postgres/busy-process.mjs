/**
 * A process that runs trials of a study in a database, for storage.test.ts: node busy-process.mjs ADDRESS STUDY COUNT. It
 * says the number of each trial that it has begun, one a line; after so many it says "done". With a count of 0 it begins two
 * trials and waits; whoever writes a line has it tell the first one, and hears what came of that.
 */
import { once } from 'node:events';
import { none } from '../../../dist/pruners/none.js';
import { openDatabase } from '../../../dist/storage/postgres/database.js';
import { openDatabaseStorage } from '../../../dist/storage/postgres/storage.js';
import { openStudy } from '../../../dist/study/open-study.js';

const [address, name, count] = process.argv.slice(2);
const database = await openDatabase(address);
const storage = await openDatabaseStorage(database, name);
const study = await openStudy({
  name,
  space: { params: [{ name: 'x', type: 'int', low: 0, high: 100, log: false, step: 1, default: 50 }], constraints: [] },
  direction: 'minimize',
  seed: 1,
  sampler: { suggest: ({ trial }) => ({ x: trial % 101 }) },
  pruner: none.create({}),
  storage,
  now: storage.now,
});
const say = text => process.stdout.write(`${text}\n`);

for (let turn = 0; turn < Number(count); turn++) {
  const { id } = await study.ask();
  say(id);
  await study.report(id, { step: 1, value: id });
  await study.tell(id, id);
}
if (count === '0') {
  const first = await study.ask();
  const second = await study.ask();
  await study.report(first.id, { step: 1, value: 1 });
  say(`${storage.member} ${first.id} ${second.id}`);
  await once(process.stdin, 'data');
  say(
    await study.tell(first.id, 1).then(
      () => 'told',
      error => error.message,
    ),
  );
  process.stdin.destroy();
}
await study.close();
await database.close();
say('done');
