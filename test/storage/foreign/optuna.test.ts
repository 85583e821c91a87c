/** Studies that Optuna 5 wrote, as it reads them itself: test/golden/make-optuna-import.py. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { TuneError } from '../../../src/errors.ts';
import type { Config } from '../../../src/space/space.ts';
import type { ForeignTrial } from '../../../src/storage/foreign/foreign-study.ts';
import { readOptunaJournal } from '../../../src/storage/foreign/optuna-journal.ts';
import { readOptunaSqlite } from '../../../src/storage/foreign/optuna-sqlite.ts';
import { openSqlite } from '../../../src/storage/foreign/sqlite.ts';

const golden = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../golden/optuna-import.${name}`, import.meta.url)));

interface Shown {
  readonly directions: readonly string[];
  readonly trials: readonly {
    readonly state: string;
    readonly params: Config;
    readonly values: readonly (number | string)[] | null;
    readonly intermediate: readonly (readonly [number, number | string])[];
    readonly attributes: object;
    readonly started: string | null;
  }[];
}

const expected = JSON.parse(golden('json').toString()) as Readonly<Record<string, Readonly<Record<string, Shown>>>>;
const states: Readonly<Record<string, string>> = { FAIL: 'failed' };

function ourView({ state, config, value, values = value === undefined ? [] : [value], curve, ...trial }: ForeignTrial) {
  const intermediate = curve.map(({ step, value }) => [step, value]);
  const { attributes = {}, startedAt } = trial;
  return { state, config, values, intermediate, attributes, startedAt };
}

/** NaN and the infinities are text in JSON. */
function optunaView({ state, params, values, intermediate, attributes, started }: Shown['trials'][number]) {
  return {
    state: states[state] ?? state.toLowerCase(),
    config: params,
    values: (values ?? []).map(Number),
    intermediate: intermediate.map(([step, value]) => [step, Number(value)]),
    attributes,
    startedAt: new Date(started ?? 0).toISOString(),
  };
}

/** Optuna keeps times without their zone, which is that of its machine: the golden files are of UTC. */
process.env.TZ = 'UTC';

describe.each([
  ['db', readOptunaSqlite],
  ['log', readOptunaJournal],
] as const)('optuna-import.%s', (kind, read) => {
  test.each(['mixed', 'two'])('the study "%s" is what Optuna says it is', study => {
    const { directions, trials } = expected[kind]![study]!;
    const found = read(golden(kind), `optuna-import.${kind}`, { study });
    expect(found.directions).toEqual(directions);
    expect(found.trials.map(ourView)).toEqual(trials.map(optunaView));
    expect(found.trials.map(({ source }) => source)).toEqual(trials.map((_, number) => `trial ${number}`));
  });

  test('has the distributions of its trials', () => {
    expect(read(golden(kind), 'file', { study: 'mixed' }).parameters).toEqual({
      lr: { type: 'float', low: 1e-5, high: 0.1, log: true },
      depth: { type: 'int', low: 1, high: 9, log: false, step: 2 },
      optimizer: { type: 'categorical', choices: ['sgd', 'adam', null] },
      momentum: { type: 'float', low: 0, high: 0.9, log: false, step: 0.1 },
    });
  });

  test('of several studies one is named', () => {
    expect(() => read(golden(kind), 'file', {})).toThrow(
      'file: the file has 2 studies\n    expected --study with one of "mixed", "two"',
    );
    expect(() => read(golden(kind), 'file', { study: 'tow' })).toThrow('the file has no study "tow"');
  });

  test('whatever byte is wrong, it is read, or refused in words', () => {
    const bytes = golden(kind);
    const errorAt = (place: number): unknown => {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 0x55;
      try {
        read(changed, 'file', { study: 'two' });
        return undefined;
      } catch (error) {
        return error;
      }
    };
    const places = Array.from({ length: 450 }, (_, index) => Math.floor(((index + 0.5) * bytes.length) / 450));
    const errors = places.map(errorAt).filter(error => error !== undefined);
    expect(errors.filter(error => !(error instanceof TuneError))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });
});

describe('SQLite', () => {
  test('rows longer than a page are whole', () => {
    const rows = [...openSqlite(golden('db')).rows('study_user_attributes')];
    expect(rows).toMatchObject([{ key: 'long', value_json: JSON.stringify('x'.repeat(9000)) }]);
  });

  test('a file that is cut short says so', () => {
    const bytes = golden('db');
    expect(() => readOptunaSqlite(bytes.subarray(0, 8192), 'cut.db', {})).toThrow(
      /^cut\.db: page \d+ of the database is missing/,
    );
    expect(() => readOptunaSqlite(bytes.subarray(0, 50), 'cut.db', {})).toThrow(
      'cut.db: the header of the database is damaged',
    );
  });

  test('a page that leads to itself ends in words', () => {
    const bytes = Buffer.from(golden('db'));
    // The first page becomes an inner one whose only child is itself.
    bytes[100] = 5;
    bytes.writeUInt16BE(0, 103);
    bytes.writeUInt32BE(1, 108);
    expect(() => openSqlite(bytes)).toThrow('page 1 of the database is its own descendant');
  });
});

describe('a journal', () => {
  const text = golden('log').toString();

  test('whose end was cut off in a line is read up to there', () => {
    const { trials } = readOptunaJournal(Buffer.from(text.slice(0, -30)), 'file', { study: 'two' });
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete', 'complete', 'running']);
  });

  test('with a damaged line names it', () => {
    const lines = text.split('\n').with(9, '{"op_code": 4, "study');
    expect(() => readOptunaJournal(Buffer.from(lines.join('\n')), 'file', {})).toThrow(
      'file:10: the line is no operation',
    );
  });

  test.each(['__proto__', 'constructor', 'toString', -1, 1e9, 0.5, null, { a: 1 }])(
    'trial ids such as %j change nothing',
    id => {
      const evil = [0, 5, 6, 7, 8, 9].map(op_code =>
        JSON.stringify({
          op_code,
          worker_id: 'tfjs-tune',
          trial_id: id,
          study_id: id,
          study_name: 'other',
          directions: [1],
          step: 1,
          state: 1,
          values: [1],
          user_attr: { polluted: 1 },
          param_name: '__proto__',
          distribution: '{}',
          param_value_internal: 0,
        }),
      );
      const { trials } = readOptunaJournal(Buffer.from(`${text}${evil.join('\n')}\n`), 'file', { study: 'two' });
      expect(trials).toHaveLength(5);
      for (const prototype of [Object.prototype, Array.prototype, Function.prototype])
        for (const key of ['state', 'step', 'polluted', 'attributes', 'begun'])
          expect(Object.hasOwn(prototype, key)).toBe(false);
    },
  );
});
