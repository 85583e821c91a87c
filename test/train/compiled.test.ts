/** Every technique trains and is evaluated as a graph to the same bits as op by op, on the way that fit() takes. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runEagerly } from '../../src/backend/graph/eager-mode.ts';
import { tensorsIn } from '../../src/backend/graph/tree.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { gatherRows } from '../../src/backend/native-ops/gather.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import type { MemoryBatches } from '../../src/train/batches.ts';
import { evaluate, inferencePass } from '../../src/train/evaluate.ts';
import { rawStep } from '../../src/train/epochs.ts';
import { fit } from '../../src/train/fit.ts';
import { studentOf } from '../../src/train/compress/distill.ts';
import { createHyper, type Vectors } from '../../src/train/hyper.ts';
import { scoped } from '../../src/train/layers/chain.ts';
import { createGraphs, type Graphs } from '../../src/train/graphs.ts';
import type { Program } from '../../src/train/program.ts';
import { normalizeBatch } from '../../src/train/raw-rows.ts';
import { initialState, type State } from '../../src/train/step.ts';
import { batchesOf, programCases, programOf, type ProgramCase } from './programs.ts';

beforeAll(() => loadBackend());

afterEach(() => runEagerly(false));

const batchSize = 8;
const epochs = 2;
/** 26 whole minibatches and a smaller one: 54 steps in two epochs. */
const trainingRows = 26 * batchSize + 5;
/** More than an evaluation's largest minibatch, and no multiple of it. */
const evaluated = Int32Array.from({ length: 600 }, (_, row) => row);

interface Trained {
  readonly losses: readonly number[];
  readonly weights: readonly number[];
  readonly statistics: readonly number[];
  readonly slots: readonly (readonly number[])[];
  readonly scalars: readonly (readonly number[])[];
  readonly step: readonly number[];
  readonly evaluation: Readonly<Record<string, number>>;
}

async function train(
  program: Program,
  batches: MemoryBatches,
  graphs: Graphs,
  seed = 1,
  vectors: Vectors = {},
): Promise<Trained> {
  const { data, scaling } = batches;
  const rng = createRng(seed, 'training');
  const hyper = createHyper(program, seed, vectors);
  const inputs = { data, hyper: { hyper, scaling } };
  let state: State = initialState(program, rng.fork('weights'));
  const graph = graphs.take(`train ${program.structure}`, batchSize, { ...inputs, state }, rawStep(program));
  const losses: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = rng.fork('shuffle', epoch).shuffle(batches.train.slice(0, trainingRows));
    const trained = await graph.epoch({ ...inputs, state, order });
    expect(trained).toMatchObject({ rows: trainingRows, isComplete: true });
    tf.dispose(tensorsIn(state));
    state = trained.state;
    losses.push(trained.metrics['loss']!);
  }
  const evaluation = await evaluate(program, batches, evaluated, state, hyper, graphs);
  expect(plainEvaluation(program, batches, evaluated, state)).toEqual(
    Object.fromEntries(Object.entries(evaluation).map(([name, value]) => [name, expect.closeTo(value, 4)])),
  );
  const values = (tensor: Tensor): number[] => [...tensor.dataSync()];
  return {
    losses,
    weights: values(state.weights),
    statistics: values(state.statistics),
    slots: state.slots.map(values),
    scalars: state.scalars.map(values),
    step: values(state.step),
    evaluation,
  };
}

/** Means over all rows at once. */
function plainEvaluation(
  { plan, loss, metrics, hyper }: Program,
  batches: MemoryBatches,
  rows: Int32Array,
  state: State,
) {
  const order = tf.tensor1d(rows, 'int32');
  const { data, scaling, targetScale } = batches;
  const raw = { inputs: gatherRows(data.inputs, order), targets: gatherRows(data.targets, order) };
  const { inputs, targets } = normalizeBatch(raw, scaling);
  const scalars = Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)]));
  const { output } = plan.apply(inputs, inferencePass(plan, state, scalars));
  const mean = (perExample: Tensor): number => {
    const values = [...perExample.dataSync()];
    expect(values).toHaveLength(rows.length);
    return values.reduce((sum, value) => sum + value, 0) / rows.length;
  };
  return {
    loss: mean(loss.technique.perExample(output, targets, scoped(scalars, 'loss.'))),
    ...Object.fromEntries(metrics.map(metric => [metric.name, mean(metric.perExample(output, targets, targetScale))])),
  };
}

/** With new graphs, of which each must be one. */
async function trainAsGraph(
  program: Program,
  batches: MemoryBatches,
  seed?: number,
  vectors?: Vectors,
): Promise<Trained> {
  const { graphs, taken } = watched();
  const trained = await train(program, batches, graphs, seed, vectors);
  expect([...taken].map(({ isGraph }) => isGraph)).toEqual([true, true]);
  graphs.dispose();
  return trained;
}

async function trainEagerly(program: Program, batches: MemoryBatches, vectors?: Vectors): Promise<Trained> {
  runEagerly(true);
  const { graphs, taken } = watched();
  const trained = await train(program, batches, graphs, 1, vectors);
  expect([...taken].map(({ isGraph }) => isGraph)).toEqual([false, false]);
  runEagerly(false);
  return trained;
}

/** Graphs, and the different ones that were taken. */
function watched(): { graphs: Graphs; taken: Set<ReturnType<Graphs['take']>> } {
  const graphs = createGraphs();
  const taken = new Set<ReturnType<Graphs['take']>>();
  return {
    taken,
    graphs: {
      ...graphs,
      take(...given) {
        const step = graphs.take(...given);
        taken.add(step);
        return step;
      },
    },
  };
}

describe('every technique as a graph and op by op', () => {
  it.each(programCases)('$name', async programCase => {
    const [program, batches] = [programOf(programCase), batchesOf(programCase)];
    const graph = await trainAsGraph(program, batches);
    // toEqual tells 0 from -0.
    expect(graph).toEqual(await trainEagerly(program, batches));
    expect(graph.step).toEqual([54]);
    expect(new Set(graph.losses).size).toBe(epochs);
    expect(graph.losses.every(Number.isFinite)).toBe(true);
  });
});

describe('what a step is given beside its rows', () => {
  const plain: ProgramCase = {
    name: '',
    kind: 'vector',
    task: 'classification',
    layers: [{ dense: { units: 6, activation: 'tanh' } }, { dense: 4 }],
    train: { optimizer: { adam: 0.01 } },
  };

  it('weights of the classes', async () => {
    const [program, batches] = [programOf(plain), batchesOf(plain)];
    const vectors = { classWeights: Float32Array.from([0.5, 2, 7]) };
    const graph = await trainAsGraph(program, batches, 1, vectors);
    expect(graph).toEqual(await trainEagerly(program, batches, vectors));
    expect(graph.weights).not.toEqual((await trainAsGraph(program, batches)).weights);
  });

  it('a mask of weights, which stay zero', async () => {
    const [program, batches] = [programOf(plain), batchesOf(plain)];
    const mask = Float32Array.from({ length: program.parameters }, (_, index) => (index % 3 === 0 ? 0 : 1));
    const graph = await trainAsGraph(program, batches, 1, { mask });
    expect(graph).toEqual(await trainEagerly(program, batches, { mask }));
    graph.weights.forEach((weight, index) => expect(weight === 0).toBe(mask[index] === 0));
  });

  it.each(['classification', 'regression'] as const)('outputs of a teacher, %s', async task => {
    const of = { ...plain, task };
    const [program, batches] = [programOf(of), batchesOf(of)];
    const outputs = program.plan.output[0]!;
    const teacher = tf.tensor2d(
      Float32Array.from({ length: 600 * outputs }, (_, index) => 3 * Math.sin(index)),
      [600, outputs],
    );
    const taught = { ...batches, data: { ...batches.data, teacher } };
    const student = studentOf(program, 2.5, 0.6);
    const graph = await trainAsGraph(student, taught);
    expect(graph).toEqual(await trainEagerly(student, taught));
    // Nothing of the teacher, nothing learned from it.
    const alone = await trainAsGraph(studentOf(program, 2.5, 0), taught);
    expect(alone.losses).toEqual((await trainAsGraph(program, batches)).losses.map(loss => expect.closeTo(loss, 5)));
  });
});

const full: ProgramCase = programCases.find(({ name }) => name === 'everything, image, classification')!;

it('the seed decides the weights and what is dropped', async () => {
  const [program, batches] = [programOf(full), batchesOf(full)];
  const [one, again, other] = [
    await trainAsGraph(program, batches, 1),
    await trainAsGraph(program, batches, 1),
    await trainAsGraph(program, batches, 2),
  ];
  expect(again).toEqual(one);
  expect(other.losses).not.toEqual(one.losses);
});

it('every step drops other values', async () => {
  const still: ProgramCase = { ...full, layers: ['flatten', { dropout: 0.5 }], train: { optimizer: { sgd: 1e-30 } } };
  const [program, batches] = [programOf(still), batchesOf(still)];
  const inputs = { data: batches.data, hyper: { hyper: createHyper(program, 1), scaling: batches.scaling } };
  let state: State = initialState(program, createRng(1, 'weights'));
  const graph = createGraphs().take('', batchSize, { ...inputs, state }, rawStep(program));
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const trained = await graph.epoch({ ...inputs, state, order: batches.train.slice(0, batchSize) });
    state = trained.state;
    losses.push(trained.metrics['loss']!);
  }
  expect(new Set(losses).size).toBe(4);
  graph.dispose();
});

it('fit() gives the same measurements and the same best weights', async () => {
  const [program, batches] = [programOf(full), batchesOf(full)];
  const run = async (eager: boolean) => {
    runEagerly(eager);
    const seen: unknown[] = [];
    const {
      weights,
      best,
      epochs: done,
    } = await fit([{ program, start: 1, isWhole: true }], batches, {
      epochs: 4,
      batchSize,
      lastBatch: 'keep',
      given: new Map(),
      earlyStopping: false,
      metric: { name: 'valLoss', goal: 'minimize' },
      rng: createRng(5, 'training'),
      seed: 5,
      mustEnd: () => undefined,
      graphs: createGraphs(),
      observe(measurement) {
        const { seconds: _, ...metrics } = measurement.metrics!;
        seen.push({ ...measurement, metrics });
        return 'continue';
      },
    });
    return { seen, epoch: best!.epoch, done, weights };
  };
  expect(await run(false)).toEqual(await run(true));
});

describe('programs of the same structure share their graphs', () => {
  const knobs = (rate: number, momentum: number): Json[] => [
    { dense: { units: 6, activation: 'relu' } },
    { batchNorm: { momentum } },
    { dropout: rate },
    { stack: { times: 2, layers: [{ dense: 4 }, { dropout: { rate: rate / 2 } }] } },
  ];
  const base: ProgramCase = {
    name: '',
    kind: 'vector',
    task: 'classification',
    layers: knobs(0.3, 0.9),
    train: { l2: 0.01, optimizer: { adam: { learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 } } },
  };
  const changed: Readonly<Record<string, Partial<ProgramCase>>> = {
    'learning rate': { train: { ...base.train, optimizer: { adam: { learningRate: 0.03, beta1: 0.8, beta2: 0.95 } } } },
    betas: { train: { ...base.train, optimizer: { adam: { learningRate: 0.01, beta1: 0.7, beta2: 0.9 } } } },
    l2: { train: { ...base.train, l2: 0.1 } },
    dropout: { layers: knobs(0.6, 0.9) },
    'momentum of batchNorm': { layers: knobs(0.3, 0.5) },
  };

  it.each(Object.keys(changed))('another %s needs no new graph, and gives what a new graph gives', async name => {
    const { graphs, taken } = watched();
    const batches = batchesOf(base);
    const first = await train(programOf(base), batches, graphs);
    const program = programOf({ ...base, ...changed[name] });
    const second = await train(program, batches, graphs);
    expect(taken.size).toBe(2);
    expect(second).toEqual(await trainAsGraph(program, batches));
    expect(second).not.toEqual(first);
    // Nothing of the second is left in it.
    expect(await train(programOf(base), batches, graphs)).toEqual(first);
    graphs.dispose();
  });

  it.each<[string, Partial<ProgramCase>]>([
    ['no l2', { train: { optimizer: base.train['optimizer']! } }],
    ['another optimizer', { train: { l2: 0.01, optimizer: 'momentum' } }],
    ['another width', { layers: [{ dense: { units: 7, activation: 'relu' } }, ...base.layers.slice(1)] }],
    ['another activation', { layers: [{ dense: { units: 6, activation: 'elu' } }, ...base.layers.slice(1)] }],
    ['a layer less', { layers: base.layers.slice(0, -1) }],
    ['another task', { task: 'regression' }],
    ['other inputs', { kind: 'image', layers: ['flatten', ...base.layers] }],
  ])('%s needs new ones', async (_, change) => {
    const { graphs, taken } = watched();
    await train(programOf(base), batchesOf(base), graphs);
    const other = { ...base, ...change };
    const trained = await train(programOf(other), batchesOf(other), graphs);
    expect(taken.size).toBe(4);
    expect(trained).toEqual(await trainEagerly(programOf(other), batchesOf(other)));
    graphs.dispose();
  });
});
