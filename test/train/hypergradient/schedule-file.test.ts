/** Learned schedules: their files, and what they say about a step. */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { TuneError } from '../../../src/errors.ts';
import { lastStep, stretched, valueAt } from '../../../src/train/hypergradient/learned-schedule.ts';
import { readSchedule, writeSchedule } from '../../../src/train/hypergradient/schedule-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedule-'));
});

const schedule = { every: 10, stepsPerEpoch: 7, values: { lr: [0.1, 0.02, 0.004], 'layers.0.l2': [1e-7] } };

/** The error of reading a text, with the path of the file cut away. */
async function refusal(text: string): Promise<TuneError> {
  const path = join(folder, 'refused.json');
  await writeFile(path, text);
  const error: unknown = await readSchedule(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof TuneError)) throw new Error(`read ${text}`);
  expect(error.problems.map(({ where }) => where?.file)).toEqual(error.problems.map(() => path));
  return error;
}

describe('a file', () => {
  it('is plain JSON, and whole or not there', async () => {
    const path = join(folder, 'checkpoints', 'trial-3.schedule.json');
    await writeSchedule(path, schedule);
    expect(await readdir(join(folder, 'checkpoints'))).toEqual(['trial-3.schedule.json']);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ format: 'tune-schedule/1', ...schedule });
  });

  it('gives back every bit of every value', async () => {
    const path = join(folder, 'bits.json');
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
    const names = fc.string({ unit: 'binary' }).filter(name => name !== '__proto__');
    const values = fc.dictionary(names, fc.array(finite, { minLength: 1 }), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(values, async values => {
        await writeSchedule(path, { every: 1, stepsPerEpoch: 1, values });
        const read = await readSchedule(path);
        expect(Object.entries(read.values)).toEqual(Object.entries(values));
      }),
    );
  });

  it.each<[string, object, string]>([
    ['another format', { format: 'tune-schedule/2' }, 'format: "format" is "tune-schedule/2"'],
    ['no steps', { every: 0 }, 'every: "every" is 0'],
    ['half an epoch', { stepsPerEpoch: 0.5 }, 'stepsPerEpoch: "stepsPerEpoch" is 0.5'],
    ['no parameters', { values: {} }, 'values: '],
    ['a parameter without values', { values: { lr: [] } }, 'values.lr: "lr" is an empty list'],
    ['what JSON made of NaN', { values: { lr: [0.1, null] } }, 'values.lr.1: element 2 is null'],
    ['an unknown key', { evry: 3 }, 'evry: unknown key "evry"'],
  ])('with %s is refused', async (_name, change, message) => {
    const error = await refusal(JSON.stringify({ format: 'tune-schedule/1', ...schedule, ...change }));
    expect(error.code).toBe('DATA_INVALID');
    expect(error.message).toContain(message);
  });

  it.each(['', '[]', '{', 'null', '3', '{ "format": "tune-schedule/1", "every": 1e999 }'])(
    '%j is refused',
    async text => {
      expect((await refusal(text)).code).toBe('DATA_INVALID');
    },
  );

  it('changes no prototype', async () => {
    const path = join(folder, 'evil.json');
    const values = '{ "__proto__": [1], "constructor": [2] }';
    await writeFile(path, `{ "format": "tune-schedule/1", "every": 1, "stepsPerEpoch": 1, "values": ${values} }`);
    const read = await readSchedule(path);
    expect(Object.keys(read.values)).toEqual(['constructor']);
    expect(Object.getPrototypeOf(read.values)).toBe(Object.prototype);
    expect(() => valueAt(read, 'toString', 1)).toThrow('no values of toString');
  });

  it('that is not there is named', async () => {
    const missing = join(folder, 'missing.json');
    await expect(readSchedule(missing)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(readSchedule(missing)).rejects.toThrow(missing);
  });
});

describe('a schedule', () => {
  it('has a value for each stretch of steps, the last one for all after it', () => {
    const steps = [1, 10, 11, 20, 21, 30, 31, 1e6];
    expect(steps.map(step => valueAt(schedule, 'lr', step))).toEqual([
      0.1, 0.1, 0.02, 0.02, 0.004, 0.004, 0.004, 0.004,
    ]);
    expect(lastStep(schedule, 'lr')).toBe(21);
    expect(lastStep(schedule, 'layers.0.l2')).toBe(1);
  });

  it('takes the same course over epochs with more steps, or fewer', () => {
    // An epoch of 7 steps becomes one of 14: each value holds twice as long.
    const longer = stretched(schedule, 14);
    expect(longer).toMatchObject({ every: 10, stepsPerEpoch: 14 });
    expect(longer.values['lr']).toEqual([0.1, 0.1, 0.02, 0.02, 0.004, 0.004]);
    expect(stretched(longer, 7)).toEqual(schedule);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (steps, epochs) => {
        // At the end of an epoch, the value is the one it was, but for the stretch of steps that begins later.
        const [was, is] = [7, steps].map(length => epochs * length);
        const values = schedule.values.lr.concat(0.001, 0.0005);
        const long = { ...schedule, values: { lr: values } };
        const found = values.indexOf(valueAt(stretched(long, steps), 'lr', is!));
        const expected = values.indexOf(valueAt(long, 'lr', was!));
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(Math.max(1, Math.ceil(7 / steps)));
      }),
    );
  });
});
