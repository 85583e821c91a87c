/** A study goes on with another space: what is accepted, and what becomes of the trials of before. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { samplers } from '../../src/samplers/index.ts';
import type { SamplerTechnique } from '../../src/samplers/sampler.ts';
import type { Param, Space } from '../../src/space/space.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { fold } from '../../src/study/fold.ts';
import { flawOf } from '../../src/study/legal.ts';
import type { Storage } from '../../src/study/ports.ts';
import type { Study, StudyOptions } from '../../src/study/study.ts';
import { path } from '../storage/journal-place.ts';
import { makeStudy, refusal, spying } from './make-study.ts';
import { mixed } from './spaces.ts';

/** The space with some parameters that differ. */
function changed(facts: Readonly<Record<string, object>>, constraints = mixed.constraints): Space {
  return { params: mixed.params.map(param => ({ ...param, ...facts[param.name] }) as Param), constraints };
}

/** Storages in memory outlive the study that closes them. */
async function goOn(storage: Storage, space: Space, more: Partial<StudyOptions> = {}): Promise<Study> {
  return makeStudy({ sampler: samplers.random.create({}), storage, space, ...more });
}

async function run(study: Study, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const { id } = (await study.ask())!;
    await study.tell(id, Math.cos(id));
  }
}

describe('a study goes on with', () => {
  test.each([
    ['a wider range', { units: { high: 512, default: 91 } }, 'units 16..256 -> 16..512'],
    ['a narrower range', { lr: { low: 1e-3 } }, 'lr 0.00001..1 -> 0.001..1'],
    ['other bounds of a grid', { filters: { low: 8, high: 32 } }, 'filters 4..64 -> 8..32'],
    ['another default', { dropout: { default: 0.1 } }, 'dropout default 0.2 -> 0.1'],
    ['more choices', { layers: { choices: [[32], [64, 32], { dense: 16 }, [8]] } }, 'layers with [8]'],
    ['fewer choices', { layers: { choices: [[64, 32], { dense: 16 }] } }, 'layers without [32]'],
    ['other choices', { layers: { choices: [[64, 32], { dense: 16 }, [8]] } }, 'layers with [8], without [32]'],
  ])('%s', async (_, facts, change) => {
    const storage = memoryStorage();
    await run(await goOn(storage, mixed), 3);
    const study = await goOn(storage, changed(facts));
    expect(study).toMatchObject({ version: 2, changes: [change] });
    await run(study, 20);
    expect(study.trials().map(({ version }) => version)).toEqual([
      ...Array.from({ length: 3 }, () => undefined),
      ...Array.from({ length: 20 }, () => 2),
    ]);
    for (const { config } of study.trials().slice(3)) expect(flawOf(changed(facts), config)).toBeUndefined();
    const again = await goOn(storage, changed(facts));
    expect(again).toMatchObject({ version: 2, changes: [], space: study.space });
    expect(again.trials()).toEqual(study.trials());
  });

  test('other constraints', async () => {
    const storage = memoryStorage();
    await run(await goOn(storage, mixed), 3);
    const space = changed({}, ['units * filters <= 8192', 'units < 40', 'momentum > 0']);
    const study = await goOn(storage, { ...space, constraints: space.constraints.slice(0, 2) });
    expect(study.changes).toEqual(['the constraints with "units < 40", without "momentum < 0.95"']);
    await run(study, 20);
    for (const { config } of study.trials().slice(3)) expect(config['units']).toBeLessThan(40);
  });

  test('the same choices in another order: nothing changed', async () => {
    const storage = memoryStorage();
    const first = await goOn(storage, mixed);
    const study = await goOn(storage, changed({ optimizer: { choices: [null, 'adam', 'sgd'] } }));
    expect(study).toMatchObject({ version: 1, changes: [] });
    expect(study.space).toEqual(first.space);
  });

  test('choices that keep their places, new ones at the end', async () => {
    const storage = memoryStorage();
    await goOn(storage, mixed);
    const study = await goOn(
      storage,
      changed({ optimizer: { choices: ['lion', null, 'adam', 'sgd'], default: 'sgd' } }),
    );
    expect(study.space.params.find(({ name }) => name === 'optimizer')).toMatchObject({
      choices: ['sgd', 'adam', null, 'lion'],
      default: 'sgd',
    });
  });
});

test.each([
  ['another type', { units: { type: 'float', step: null } }],
  ['another scale', { lr: { log: false } }],
  ['another step', { filters: { step: 2 } }],
  ['another condition', { nesterov: { when: { optimizer: ['sgd'] } } }],
  ['a value for the gradient', { lr: { tune: 'gradient' } }],
])('%s is refused, and nothing is stored', async (_, facts) => {
  const storage = memoryStorage();
  await goOn(storage, mixed);
  const error = await refusal(goOn(storage, changed(facts)), 'STUDY_CHANGED');
  expect(error.problems.map(({ message }) => message)).toEqual([`parameter "${Object.keys(facts)[0]}" changed`]);
  expect(await storage.read()).toHaveLength(1);
});

test('bounds within which the gradient moves a value are part of the training, and refused', async () => {
  const storage = memoryStorage();
  await goOn(storage, changed({ lr: { tune: 'gradient' } }));
  await refusal(goOn(storage, changed({ lr: { tune: 'gradient', high: 2 } })), 'STUDY_CHANGED');
});

describe('trials of before', () => {
  const narrow = changed({ units: { high: 20, default: 20 }, layers: { choices: [[64, 32], [8]] } });

  test('count, but samplers see none that the space does not allow', async () => {
    const storage = memoryStorage();
    await run(await goOn(storage, mixed), 30);
    const { sampler, pruner, asked, judged } = spying();
    const study = await goOn(storage, narrow, { sampler: { suggest: c => (sampler.suggest(c), {}) }, pruner });
    await study.ask().catch(() => undefined);
    const possible = study.trials().filter(({ config }) => flawOf(narrow, config) === undefined);
    expect(possible.length).toBeLessThan(15);
    expect(asked[0]!.history.map(({ id }) => id)).toEqual(possible.map(({ id }) => id));
    expect(study.best()).toBe(study.trials()[22]);
    expect(judged).toEqual([]);
  });

  test('that a crash interrupted go on with their configurations and versions', async () => {
    const storage = memoryStorage();
    const study = await goOn(storage, mixed);
    await run(study, 2);
    const begun = [];
    for (let more = 0; more < 5; more++) begun.push((await study.ask())!);
    const next = await goOn(storage, narrow);
    for (const { id, config } of begun) {
      const trial = (await next.ask())!;
      expect(trial).toMatchObject({ id, attempt: 2, config });
      expect(trial.version).toBeUndefined();
    }
    expect(begun.some(({ config }) => flawOf(narrow, config) !== undefined)).toBe(true);
    expect(await next.retry(3)).toMatchObject({ id: 3, attempt: 3, config: begun[1]!.config });
    expect(await next.ask()).toMatchObject({ id: 7, version: 2 });
  });

  test('that wait keep the values that are possible', async () => {
    const storage = memoryStorage();
    const study = await goOn(storage, mixed);
    await study.enqueue({ units: 100, dropout: 0.3 });
    const next = await goOn(storage, narrow);
    await next.ask();
    const trial = (await next.ask())!;
    expect(trial).toMatchObject({ id: 1, version: 2, enqueued: { units: 100 }, config: { dropout: 0.3 } });
    expect(flawOf(narrow, trial.config)).toBeUndefined();
  });
});

describe('in a journal', () => {
  test('each trial reads back with its version and whole values, whatever interrupts', async () => {
    const first = await goOn(await openJournal(path), mixed);
    await run(first, 8);
    const begun = [];
    for (let more = 0; more < 8; more++) begun.push((await first.ask())!);
    await first.enqueue({ lr: 0.5 });
    await first.close();
    // Choices that are lists or objects are gone, and one is new.
    const space = changed({ layers: { choices: [[8], [64, 32]] } });
    const second = await goOn(await openJournal(path), space);
    for (const { id, config } of begun) expect(await second.ask()).toMatchObject({ id, config, attempt: 2 });
    expect(await second.ask()).toMatchObject({ id: 16, version: 2 });
    await run(second, 8);
    const trials = second.trials();
    await second.close();
    expect(fold(await readJournal(path)).trials).toEqual(trials);
    expect(new Set(trials.slice(17).map(({ config }) => JSON.stringify(config['layers'])))).toEqual(
      new Set(['[8]', '[64,32]']),
    );

    const third = await goOn(await openJournal(path), mixed);
    expect(third).toMatchObject({ version: 3, changes: ['layers with [32], {"dense":16}, without [8]'] });
    // Those that the first two left running come first.
    await run(third, 11);
    const all = third.trials();
    await third.close();
    const read = fold(await readJournal(path));
    expect(read.trials).toEqual(all);
    expect(read.study).toMatchObject({ version: 3, seed: 1, space: third.space });
    expect(read.trials.at(-1)!.version).toBe(3);
  });

  test('a damaged line that told of the change costs no trial, and the next opening tells again', async () => {
    const first = await goOn(await openJournal(path), mixed);
    await run(first, 2);
    await first.close();
    const space = changed({ units: { low: 2, high: 8, default: 4 } });
    const second = await goOn(await openJournal(path), space);
    await run(second, 3);
    const before = second.trials();
    await second.close();
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
    const isChange = (line: string): boolean => line.includes('"version":2') && line.includes('"tune":{');
    expect(lines.filter(isChange)).toHaveLength(1);
    writeFileSync(path, lines.map(line => (isChange(line) ? `\0${line.slice(1)}` : line)).join(''));
    const third = await goOn(await openJournal(path, () => undefined), space);
    expect(third).toMatchObject({ version: 2, changes: ['units 16..256 -> 2..8'] });
    expect(third.trials()).toEqual(before);
    await third.close();
  });
});

describe.each(Object.entries<SamplerTechnique>(samplers))('%s', (_, technique) => {
  test('goes on in every version, the same way whenever it is opened', async () => {
    const spaces = [
      mixed,
      changed({ lr: { low: 0.1, default: 0.5 }, optimizer: { choices: ['sgd', 'lion'], default: 'sgd' } }),
      changed({ units: { low: 200, high: 4000, default: 200 } }, ['units * filters <= 80000']),
    ];
    const runs = [];
    for (let twice = 0; twice < 2; twice++) {
      const storage = memoryStorage();
      for (const space of spaces) {
        const study = await goOn(storage, space, { sampler: technique.create(technique.knobs.parse({})) });
        await run(study, 15);
        const own = study.trials().slice(-15);
        for (const { config } of own) expect(flawOf(study.space, config)).toBeUndefined();
      }
      runs.push(fold(await storage.read()).trials);
    }
    expect(runs[0]).toEqual(runs[1]);
  });
});
