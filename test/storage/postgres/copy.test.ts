/** `tune copy`: a study is the same in a journal and in a database, whichever way it went, and how often. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyStudy } from '../../../src/cli/copied-study.ts';
import type { CopyOptions } from '../../../src/cli/copy.ts';
import { checkJournal } from '../../../src/cli/journal-flaws.ts';
import { random } from '../../../src/samplers/random.ts';
import { journalText } from '../../../src/storage/journal-text.ts';
import { openJournal, readJournal } from '../../../src/storage/journal.ts';
import { eventsOf, openDatabaseStorage } from '../../../src/storage/postgres/storage.ts';
import { findInDatabase, putIntoDatabase } from '../../../src/storage/postgres/studies.ts';
import type { StudyEvent } from '../../../src/study/events.ts';
import { fold } from '../../../src/study/fold.ts';
import { placeOf } from '../../../src/tune/study-place.ts';
import { lacksPostgres } from '../../postgres.ts';
import { makeStudy, refusal } from '../../study/make-study.ts';
import { mixed } from '../../study/spaces.ts';
import { testFolder } from '../../tune/test-folder.ts';
import { busyStudy } from '../busy-study.ts';
import { histories } from '../histories.ts';
import { testDatabase } from './test-database.ts';

const golden = fileURLToPath(new URL('../../golden/journals', import.meta.url));
const journals = readdirSync(golden).filter(name => name.endsWith('.jsonl'));
const writer = '00000000-0000-4000-8000-000000000000';

describe.skipIf(lacksPostgres)('copies', () => {
  const served = testDatabase();
  const folder = testFolder();
  const reports = join(folder, 'reports');
  const copy = (from: string, to: string, options: Partial<CopyOptions> = {}) =>
    copyStudy(from, to, { reports, ...options });
  const journalOf = (name: string): string => placeOf(reports, name).journal;
  const inDatabase = async (name: string): Promise<readonly StudyEvent[]> =>
    eventsOf(served.database.query, await findInDatabase(served.database, name));

  /** A study of the folder. */
  const write = async (name: string, events: readonly StudyEvent[]): Promise<void> => {
    mkdirSync(placeOf(reports, name).folder, { recursive: true });
    const journal = await openJournal(journalOf(name));
    for (const event of events) await journal.append(event);
    await journal.close();
  };
  const named = (name: string, events: readonly StudyEvent[]): readonly StudyEvent[] =>
    events.map(event => (event.type === 'study-created' ? { ...event, study: name } : event));
  const busy = (name: string) => named(name, busyStudy(20));

  test.each(journals.filter(name => name !== 'v1-optuna.jsonl'))('%s goes there and back', async name => {
    const before = await readJournal(join(golden, name));
    const study = `golden-${name.replace('.jsonl', '')}`;
    const { folder, journal } = placeOf(reports, study);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(golden, name), journal);

    await copy(study, served.address);
    expect(await inDatabase(study)).toEqual(named(study, before));
    await copy(served.address, served.address, { study, name: `${study}-2` });
    await copy(served.address, join(folder, '..', `${study}-back`), { study: `${study}-2` });
    const back = await readJournal(journalOf(`${study}-back`));
    expect(back).toEqual(named(`${study}-back`, before));
    const text = readFileSync(journalOf(`${study}-back`), 'utf8');
    expect(checkJournal(text).flaws).toEqual([]);
    expect(fold(back)).toEqual(fold(named(`${study}-back`, before)));
  });

  test('random histories are the same there and back', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(histories, async events => {
        const name = `history-${count++}`;
        await putIntoDatabase(served.database, name, writer, events);
        const there = await inDatabase(name);
        expect(there).toEqual(events);
        expect(fold(there)).toEqual(fold(events));
        await write(name, named(name, there));
        await copy(name, name.replace('history', 'copied'));
        expect(await readJournal(journalOf(name.replace('history', 'copied')))).toEqual(
          named(name.replace('history', 'copied'), events),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('more events than go at once keep their order', async () => {
    const events = busyStudy(2500);
    expect(events.length).toBeGreaterThan(10_000);
    await putIntoDatabase(served.database, 'long', writer, events);
    expect(await inDatabase('long')).toEqual(events);
    const [row] = await served.postgres.sql(
      `SELECT count(*)::int, min(seq), max(seq) FROM tune.event JOIN tune.study ON id = study WHERE name = 'long'`,
    );
    expect(row).toEqual({ count: events.length, min: 1, max: events.length });
  });

  test('what goes wrong in the middle leaves nothing', async () => {
    const events = busyStudy(600);
    const bad = { ...events[1500]!, toJSON: () => expect.fail('the middle') } as unknown as StudyEvent;
    await expect(putIntoDatabase(served.database, 'half', writer, events.with(1500, bad))).rejects.toThrow(
      'the middle',
    );
    const rows = await served.postgres.sql(`SELECT id FROM tune.study WHERE name = 'half'`);
    expect(rows).toEqual([]);
    await putIntoDatabase(served.database, 'half', writer, events);
    expect(await inDatabase('half')).toEqual(events);
  });

  test('a study that is there is never written over', async () => {
    await write('taken', busy('taken'));
    await write('other', named('other', busyStudy(3)));
    await copy('taken', served.address);
    const before = readFileSync(journalOf('taken'));
    for (const [from, to, options] of [
      ['other', served.address, { name: 'taken' }],
      [served.address, 'taken', { study: 'taken' }],
      ['other', 'taken', {}],
      ['other', journalOf('taken'), {}],
      [served.address, served.address, { study: 'taken' }],
    ] as const) {
      const { message } = await refusal(copy(from, to, options), 'USAGE');
      expect(message).toContain('there is a study "taken" in ');
    }
    expect(readFileSync(journalOf('taken'))).toEqual(before);
    expect(await inDatabase('taken')).toEqual(busy('taken'));
  });

  test('one that another process begins at the moment is refused', async () => {
    await write('ready', busy('ready'));
    const { folder, journal } = placeOf(reports, 'begun');
    mkdirSync(folder);
    const storage = await openJournal(journal);
    await refusal(copy('ready', 'begun'), 'STUDY_IN_USE');
    await storage.close();
  });

  test('one whose trials run is copied as it is, and goes on in both places', async () => {
    const study = await makeStudy({ name: 'runs', storage: await openDatabaseStorage(served.database, 'runs') });
    const done = await study.ask();
    await study.tell(done!.id, 0.5);
    const running = await study.ask();
    await study.report(running!.id, { step: 1, value: NaN, metrics: { loss: -Infinity } });
    await copy(served.address, 'runs');
    await copy(served.address, served.address, { study: 'runs', name: 'runs-too' });

    const journal = await makeStudy({ name: 'runs', storage: await openJournal(journalOf('runs')) });
    expect(journal.trials()[1]).toMatchObject({
      state: 'running',
      curve: [{ value: NaN, metrics: { loss: -Infinity } }],
    });
    expect(await journal.ask()).toMatchObject({ id: 1, attempt: 2, config: running!.config });
    await journal.close();
    const elsewhere = await openDatabaseStorage(served.database, 'runs-too');
    const other = await makeStudy({ name: 'runs-too', storage: elsewhere });
    expect(await other.ask()).toMatchObject({ id: 1, attempt: 2, config: running!.config });
    await other.close();
    // The original knows nothing of that.
    await study.tell(running!.id, 0.25);
    expect(study.trials()).toMatchObject([{ state: 'complete' }, { state: 'complete', attempt: 1 }]);
    await study.close();
  });

  test('the way to the space file is that from the new folder', async () => {
    const events = busy('far').map(event =>
      event.type === 'study-created' ? { ...event, file: '../../far.json' } : event,
    );
    await write('far', events);
    await copy('far', join(folder, 'deep', 'er', 'far'));
    const { study } = fold(await readJournal(join(folder, 'deep', 'er', 'far', 'journal.log')));
    expect(study!.file).toBe('../../../far.json');
  });

  test('any journal can be copied, by its path', async () => {
    await write('by-path', busy('by-path'));
    const loose = join(folder, 'backup.jsonl');
    copyFileSync(journalOf('by-path'), loose);
    await copy(loose, served.address);
    await copy(placeOf(reports, 'by-path').folder, served.address, { name: 'by-folder' });
    await copy(journalOf('by-path'), served.address, { name: 'by-journal' });
    for (const name of ['backup', 'by-folder', 'by-journal']) expect(await inDatabase(name)).toEqual(busy(name));
  });

  test.each([
    ['what Optuna began', 'optuna', 'there', 'Optuna began "optuna"'],
    ['an unknown study', 'nowhere', 'there', 'no study "nowhere"'],
    ['a path to no name of a study', 'good', './no name', 'no name of a study'],
    ['a hidden one', 'good', '.hidden', 'no name of a study'],
  ])('%s is refused', async (_, from, to, message) => {
    const { folder, journal } = placeOf(reports, 'optuna');
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(golden, 'v1-optuna.jsonl'), journal);
    if (!existsSync(journalOf('good'))) await write('good', busy('good'));
    await expect(copy(from, to)).rejects.toThrow(message);
    expect(existsSync(journalOf('there'))).toBe(false);
  });

  test.each([
    [{ study: 'good' }, 'good', 'there', '--study is a study of a database'],
    [{ name: 'good' }, 'good', 'there', '--name is a name in a database'],
  ])('%o says nothing where no database is meant', async (options, from, to, message) => {
    expect((await refusal(copy(from, to, options), 'USAGE')).message).toContain(message);
  });

  test('which study of a database is meant must be said', async () => {
    const { message } = await refusal(copy(served.address, served.address), 'USAGE');
    expect(message).toContain('--study <name>');
    expect(message).not.toContain('postgres');
  });

  test('Optuna opens what lived in a database, and what it adds goes back there', async context => {
    const python = process.env['TUNE_OPTUNA_PYTHON'];
    if (!python) context.skip('TUNE_OPTUNA_PYTHON names no Python with optuna==5.0.0');
    const storage = await openDatabaseStorage(served.database, 'lived');
    const study = await makeStudy({ name: 'lived', space: mixed, sampler: random.create({}), storage });
    for (let id = 0; id < 12; id++) {
      await study.ask();
      await study.report(id, { step: 1, value: id === 2 ? NaN : id, metrics: { accuracy: 0.5 } });
      await study.report(id, { step: 2, value: id === 3 ? Infinity : id / 2 });
      if (id === 4) await study.tell(id, { state: 'pruned', value: 2, stopped: 'pruner' });
      else if (id === 5) await study.tell(id, { state: 'failed', failure: { cause: 'crash', message: 'é\n"' } });
      else await study.tell(id, { state: 'complete', value: 10 - id, attributes: { worker: 'here' } });
    }
    const ours = study.trials();
    const best = study.best()!;
    await study.close();
    await copy(served.address, 'lived');
    const script = fileURLToPath(new URL('../continue_with_optuna.py', import.meta.url));
    const { seen, ...found } = JSON.parse(
      execFileSync(python!, [script, journalOf('lived'), 'lived'], { encoding: 'utf8' }),
    );
    expect(found).toMatchObject({ best: best.id });
    expect(found.added).toHaveLength(3);
    expect(seen).toHaveLength(12);
    const states = { complete: 'COMPLETE', pruned: 'PRUNED', failed: 'FAIL' } as Readonly<Record<string, string>>;
    const asText = (value: unknown): unknown =>
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    for (const [id, { state, config, value, curve }] of ours.entries()) {
      const params = Object.fromEntries(Object.entries(config).map(([name, each]) => [name, asText(each)]));
      const intermediate = curve.map(({ step, value }) => [step, Number.isFinite(value) ? value : String(value)]);
      expect(seen[id]).toMatchObject({ state: states[state], params, value: value ?? null, intermediate });
    }
    await copy('lived', served.address, { name: 'lived-on' });
    const { trials } = fold(await inDatabase('lived-on'));
    expect(trials).toHaveLength(15);
    expect(trials.slice(0, 12)).toEqual(ours);
    expect(trials[14]).toMatchObject({ state: 'complete', value: 0.25, attributes: { by: 'Optuna' } });
    // And once more: what Optuna said in its way is now said in ours.
    await copy(served.address, 'lived-on');
    expect(fold(await readJournal(journalOf('lived-on')))).toEqual(fold(await inDatabase('lived-on')));
    expect(checkJournal(journalText(await inDatabase('lived-on'))).flaws).toEqual([]);
  });
});
