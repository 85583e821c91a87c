/** What a file that asks for tuning by the validation gradient becomes before anything trains, and what is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createStudy, defineSpace, tune, TuneError, type TuneEvent } from '../../src/index.ts';
import { parseSpaceFile } from '../../src/space/parse.ts';
import type { Json } from '../../src/space/space.ts';
import { completeSpaceFile } from '../../src/train/complete.ts';
import { regularizers } from '../../src/train/regularizers/index.ts';
import { costFactor, estimatorOf } from '../../src/train/hypergradient/cost.ts';
import { hypergradientKnob, type TunedParameter, type Tuning } from '../../src/train/hypergradient/tuning.ts';
import { planTraining } from '../../src/train/planned.ts';
import { withGradients } from '../../src/tune/gradients.ts';
import { inspectStudy } from '../../src/tune/inspect.ts';
import { sections } from '../../src/tune/sections.ts';
import { describeData } from '../../src/tune/work.ts';
import { inspectionLines } from '../../src/cli/inspection.ts';
import { paintFor } from '../../src/cli/paint.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

const rate = { type: 'float', low: 1e-4, high: 1, log: true, default: 1e-2, tune: 'gradient' } as const;
const file = {
  name: 'moons',
  data: { twoMoons: { examples: 200 } },
  model: { layers: [{ dense: { units: '$units', l2: '$l2' } }, { dropout: '$drop' }] },
  train: { optimizer: { $kind: { learningRate: '$rate', beta1: '$beta1' } }, epochs: 2 },
  space: {
    kind: { type: 'categorical', choices: ['sgd', 'adam'] },
    rate,
    l2: { type: 'float', low: 1e-6, high: 1e-1, log: true },
    drop: { type: 'float', low: 0, high: 0.5 },
    beta1: { type: 'float', low: 0.5, high: 0.99, when: { kind: ['adam'] } },
    units: { type: 'int', low: 2, high: 8 },
  },
};
type Contents = Readonly<Record<string, unknown>>;

async function prepared(contents: Contents) {
  const read = parseSpaceFile(contents, sections);
  const dataset = await describeData(read);
  return { ...withGradients(completeSpaceFile(read, read.data!, dataset), dataset), dataset };
}

async function marks(contents: Contents): Promise<string[]> {
  const { params } = (await prepared(contents)).file.space;
  return params.flatMap(({ name, tune }) => (tune === 'gradient' ? [name] : []));
}

/** Writes the contents to a file, and gives each problem as "line:column message". */
async function problems(contents: Contents, name: string): Promise<string[]> {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(contents, undefined, 1));
  const error: unknown = await inspectStudy(path).catch((error: unknown) => error);
  if (!(error instanceof TuneError)) throw new Error('no error');
  return error.problems.map(({ where, message, expected, hint }) => {
    expect(`${expected ?? hint}`).not.toBe('undefined');
    return `${where?.line}:${where?.column} ${message}`;
  });
}

describe('which parameters are tuned', () => {
  test('those that say so', async () => {
    expect(await marks(file)).toEqual(['rate']);
  });

  test('with the sampler "gradient" all that can be, in any structure; the others with a reason', async () => {
    const contents = { ...file, search: { sampler: 'gradient' } };
    expect(await marks(contents)).toEqual(['rate', 'l2', 'beta1']);
    expect((await prepared(contents)).refused).toEqual([
      { name: 'drop', reason: expect.stringContaining('gaussianDropout') },
    ]);
  });

  test('one more parameter says how a trial goes about it', async () => {
    const last = async (contents: Contents) => (await prepared(contents)).file.space.params.at(-1);
    const mode = { name: 'hypergradient', type: 'categorical', choices: ['online', 'restart', 'off'] };
    expect(await last(file)).toEqual({ ...mode, default: 'online' });
    const train = { ...file.train, hypergradient: { estimator: 'restart' } };
    expect(await last({ ...file, train })).toEqual({ ...mode, default: 'restart' });
  });

  test('a mark that no gradient can follow is taken off: it means nothing', async () => {
    const drop = { ...file.space.drop, tune: 'gradient' };
    const given = await prepared({ ...file, space: { ...file.space, drop } });
    expect(given.refused.map(({ name }) => name)).toEqual(['drop']);
    expect(given.file.space).toEqual((await prepared(file)).file.space);
  });

  test('files that ask for none stay as they are', async () => {
    const { tune: _, ...plain } = rate;
    const { file: same, refused } = await prepared({ ...file, space: { ...file.space, rate: plain } });
    expect(refused).toEqual([]);
    expect(same.data).toEqual(file.data);
    expect(same.space.params.map(({ name }) => name).toSorted()).toEqual(Object.keys(file.space).toSorted());
  });
});

describe('what a trial tunes', () => {
  test('its active parameters, as its mode says', async () => {
    const { file: given, dataset } = await prepared({ ...file, search: { sampler: 'gradient' } });
    const planned = (config: object) =>
      planTraining(given, dataset, { kind: 'adam', rate: 0.1, l2: 1e-3, drop: 0, beta1: 0.9, units: 4, ...config });
    const online = planned({ hypergradient: 'online' }).tuning;
    expect(online).toMatchObject({ mode: 'online', knobs: { every: 10 } });
    expect(online!.parameters).toEqual([
      { name: 'rate', hyper: ['optimizer.learningRate'], coordinate: { scale: 'log', low: 1e-4, high: 1 } },
      { name: 'l2', hyper: ['0.dense.l2'], coordinate: { scale: 'log', low: 1e-6, high: 1e-1 } },
      { name: 'beta1', hyper: ['optimizer.beta1'], coordinate: { scale: 'complement', low: 0.5, high: 0.99 } },
    ]);
    expect(planned({ hypergradient: 'restart' }).tuning?.mode).toBe('restart');
    expect(planned({ hypergradient: 'off' })).not.toHaveProperty('tuning');
    const { beta1: _, ...sgd } = { kind: 'sgd', rate: 0.1, l2: 1e-3, drop: 0, beta1: 0, units: 4 };
    const names = planTraining(given, dataset, { ...sgd, hypergradient: 'online' }).tuning!.parameters;
    expect(names.map(({ name }) => name)).toEqual(['rate', 'l2']);
  });

  test('nothing where none of them is active', async () => {
    const space = { kind: file.space.kind, beta1: { ...file.space.beta1, tune: 'gradient' } };
    const train = { optimizer: { $kind: { beta1: '$beta1' } } };
    const { file: given, dataset } = await prepared({ ...file, model: { layers: [] }, train, space });
    const config = { kind: 'sgd', hypergradient: 'online' };
    expect(planTraining(given, dataset, config)).not.toHaveProperty('tuning');
  });
});

describe('rows to tune by', () => {
  const splitOf = async (split: Json | undefined) => {
    const data = { ...file.data, ...(split !== undefined && { split }) };
    return (await prepared({ ...file, data })).file.data;
  };

  test('half of those that validate, where the file says nothing', async () => {
    expect(await splitOf(undefined)).toEqual({ ...file.data, split: { validation: 0.075, tuning: 0.075 } });
    const given = { validation: 0.4, test: 0.1, stratify: false };
    expect(await splitOf(given)).toMatchObject({ split: { ...given, validation: 0.2, tuning: 0.2 } });
  });

  test('those that the file says', async () => {
    const split = { validation: 0.2, tuning: 0.3 };
    expect(await splitOf(split)).toEqual({ ...file.data, split });
  });

  test('none, or none to divide, is an error in its place', async () => {
    const inData = (data: object): Promise<string[]> =>
      problems({ ...file, data: { ...file.data, ...data } }, `data-${JSON.stringify(data).length}`);
    expect(await inData({ split: { folds: 3 } })).toEqual([
      '8:13 a trial that trains one model for each fold does not tune by gradients',
    ]);
    expect(await inData({ split: { tuning: 0 } })).toEqual([
      '8:14 there are no rows to take the validation gradient from: "tuning" is 0',
    ]);
    const share = { type: 'float', low: 0.1, high: 0.2 };
    const contents = {
      ...file,
      data: { ...file.data, split: { validation: '$share' } },
      space: { ...file.space, share },
    };
    expect(await problems(contents, 'share')).toEqual([
      '7:12 the rows that tune by gradients are half of those that validate, whose share is a parameter here',
    ]);
  });

  test('streamed data has none', async () => {
    writeFileSync(
      join(folder, 'table.csv'),
      `a,y\n${Array.from({ length: 60 }, (_, i) => `${i},${i % 2}`).join('\n')}`,
    );
    const data = { csv: 'table.csv', streaming: true };
    const found = await problems({ ...file, data, space: file.space }, 'streamed');
    expect(found).toEqual(['5:16 training on streamed data does not tune by gradients']);
  });
});

describe('what cannot be', () => {
  const alone = (tuned: object) => ({
    ...file,
    model: { layers: [{ dropout: '$drop' }] },
    train: {},
    space: { drop: tuned },
  });

  test('no parameter that a gradient can tune is an error in its place, not a silent search', async () => {
    expect(await problems(alone({ ...file.space.drop, tune: 'gradient' }), 'dropout')).toEqual([
      expect.stringMatching(
        /^21:12 the gradient cannot tune "drop": "rate" of dropout: a drawn mask has no derivative/,
      ),
    ]);
    const search = { sampler: 'gradient' };
    expect(await problems({ ...alone(file.space.drop), search }, 'by-sampler')).toEqual([
      '24:14 the gradient can tune no parameter of this space',
      expect.stringMatching(/^17:11 the gradient cannot tune "drop"/),
    ]);
    const whole = { ...file, model: { layers: [{ dense: '$units' }] }, train: {}, space: { units: file.space.units } };
    expect(await problems({ ...whole, search }, 'no-floats')).toEqual([
      '24:14 the gradient can tune no parameter of this space',
    ]);
  });

  test('an objective and a study of one’s own have no gradients', async () => {
    const space = defineSpace({ x: { ...rate } });
    const objective = () => 1;
    await expect(tune(space, { name: 'o', objective, reports: folder })).rejects.toThrow(
      'an objective has no validation gradient to tune by',
    );
    await expect(tune(defineSpace({}), { name: 'o', objective, sampler: 'gradient', reports: folder })).rejects.toThrow(
      'an objective has no validation gradient to tune by',
    );
    await expect(createStudy({ space })).rejects.toThrow('a study of your own has no validation gradient to tune by');
    await expect(createStudy({ space: defineSpace({}), sampler: 'gradient' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('what it costs', () => {
  const tuning = (count: number, knobs: object, hyper = 'optimizer.learningRate'): Tuning => ({
    mode: 'online',
    parameters: Array.from({ length: count }, (_, index): TunedParameter => ({
      name: `p${index}`,
      hyper: [hyper],
      coordinate: { scale: 'log', low: 1e-3, high: 1 },
    })),
    knobs: hypergradientKnob.parse(knobs),
  });

  const long = { optimizer: 'sgd', steps: 3001 };
  const short = { optimizer: 'sgd', steps: 3000 };

  test('which estimator', () => {
    expect(estimatorOf(tuning(6, {}), short)).toBe('forward');
    expect(estimatorOf(tuning(7, {}), short)).toBe('neumann');
    expect(estimatorOf(tuning(1, {}), long)).toBe('neumann');
    expect(estimatorOf(tuning(1, {}), { ...long, optimizer: 'adam' })).toBe('forward');
    expect(estimatorOf(tuning(7, { estimator: 'forward' }), long)).toBe('forward');
    expect(estimatorOf({ ...tuning(7, {}), mode: 'restart' }, short)).toBe('restart');
  });

  test('a gradient more for each parameter, or some for each change of the values', () => {
    const penalty = regularizers.l2.penalty;
    const program = { penalties: [{ penalty, coefficient: 'l2', weights: [0] }], clipping: undefined };
    expect(costFactor(tuning(3, { every: 20 }), 'forward', program)).toBeCloseTo(4.1, 12);
    expect(costFactor(tuning(3, {}), 'restart', program)).toBe(4);
    expect(costFactor(tuning(3, {}), 'neumann', program)).toBeCloseTo(1.4, 12);
    // Penalties need no gradients of their own, label smoothing does.
    expect(costFactor(tuning(3, {}, 'l2'), 'neumann', program)).toBeCloseTo(1.4, 12);
    expect(costFactor(tuning(3, {}, 'loss.labelSmoothing'), 'neumann', program)).toBeCloseTo(1.7, 12);
  });

  test('tune inspect tells', async () => {
    const contents = { ...file, search: { sampler: 'gradient' } };
    const lines = inspectionLines(await inspectStudy(contents), paintFor({ isTTY: false } as never));
    expect(lines).toContain('tuned by the validation gradient: rate, l2');
    expect(lines).toContain('estimator: forward, about 3.2 x a plain trial');
    expect(lines).toContainEqual(expect.stringMatching(/^left to the sampler: drop: "rate" of dropout/));
    expect(await inspectStudy(contents, { hypergradient: 'off' })).not.toHaveProperty('gradients');
  });
});

test('one line for each parameter that is left to the sampler', async () => {
  const events: TuneEvent[] = [];
  const contents = { ...file, search: { sampler: 'gradient' }, budget: { trials: 1 } };
  const signal = AbortSignal.abort();
  await tune(contents, { reports: folder, slots: 1, signal, observe: event => events.push(event) });
  const notices = events.flatMap(event => (event.type === 'notice' ? [event.text] : []));
  expect(notices).toEqual([
    expect.stringMatching(/^"drop" is left to the sampler, as no gradient can tune it: "rate" of/),
  ]);
});
