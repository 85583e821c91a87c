/**
 * What tuning costs: milliseconds per training step of a plain trial, and of one that tunes three hyperparameters. All
 * train in this process at once and take turns, an epoch each, so that noise of the machine hits all alike.
 */
import { readFile } from 'node:fs/promises';
import { datasetFromArrays } from '../../dist/index.js';
import { createRng } from '../../dist/study/rng.js';
import { fitSection } from '../../dist/train/fit-section.js';
import { graphs, prepare, release, valLoss } from '../ablations/common.js';
import { median } from '../harness/statistics.js';
import { number, table } from '../harness/markdown.js';
import { learningRate, momentum, tuningOf } from './tuning.js';

const nets = JSON.parse(await readFile(new URL('../common/nets.json', import.meta.url), 'utf8'));

export const netNames = Object.keys(nets);

/** Times of a plain step, at most. */
const targets = { forward: 4.5, neumann: 2 };

const ranges = {
  [learningRate]: { low: 1e-5, high: 1e-1, log: true },
  [momentum]: { low: 0, high: 0.99 },
  l2: { low: 1e-7, high: 1e-2, log: true },
};
const tunings = {
  plain: undefined,
  forward: tuningOf(ranges, { estimator: 'forward' }),
  neumann: tuningOf(ranges, { estimator: 'neumann' }),
};

const train = { optimizer: { momentum: { learningRate: 1e-3, momentum: 0.9 } }, l2: 1e-4, earlyStopping: false };

/** Epochs before the first one that counts: graphs are compiled in them. */
const warmUpEpochs = 2;
/** More than anybody asks for. */
const epochs = 1000;
/** Of tuning rows each change of the values takes two batches. */
const tuningBatches = 4;

/** @param options.nets names of nets; rounds: epochs of each */
export async function measureCost({ nets: names, rounds, say }) {
  const results = [];
  for (const name of names) {
    results.push(await measureNet(name, rounds, say));
    release();
  }
  return { rounds, nets: results };
}

async function measureNet(name, rounds, say) {
  const { batch, batches, classes, input, layers } = nets[name];
  const parts = { train: batch * batches, tuning: batch * tuningBatches, validation: 1, test: 1 };
  const prepared = await prepare({
    data: { normalize: 'none', task: 'classification' },
    model: { layers: sectionsOf(layers.slice(0, -1)) },
    train: { ...train, batchSize: batch, epochs },
    dataset: randomRows(name, input, classes, sum(Object.values(parts))),
    seed: 1,
  });
  const divided = await prepared.batches.divided(consecutive(parts));
  const entrants = Object.entries(tunings).map(([arm, tuning]) => ({
    arm,
    times: [],
    training: startTraining({ ...prepared, batches: divided }, tuning),
  }));
  for (const { training } of entrants) for (let epoch = 0; epoch < warmUpEpochs; epoch++) await training.epoch();
  for (let round = 1; round <= rounds; round++) {
    for (const { times, training } of entrants) {
      const started = performance.now();
      await training.epoch();
      times.push((performance.now() - started) / batches);
    }
    say(`${name}: round ${round} of ${rounds}`);
  }
  for (const { training } of entrants) await training.stop();
  divided.dispose();
  return { net: name, batch, batches, arms: compare(entrants) };
}

/** A training that goes on by an epoch whenever it is asked to. */
function startTraining(prepared, tuning) {
  let ask;
  let tell;
  const nextOrder = () => new Promise(resolve => (ask = resolve));
  const observe = () => {
    tell();
    return nextOrder();
  };
  const context = { ...prepared, metric: valLoss, graphs };
  const ended = nextOrder().then(() => fitSection(prepared.phases, context, { keep: 'last', tuning, observe }));
  return {
    /** Until the epoch is over; a training that fails tells it in `ended`. */
    epoch() {
      const over = new Promise(resolve => (tell = resolve));
      ask('continue');
      return Promise.race([over, ended]);
    },
    stop() {
      ask('stop');
      return ended;
    },
  };
}

/** Ratios are between the best times, for noise only adds. */
function compare(entrants) {
  const summaries = entrants.map(({ arm, times }) => ({ arm, best: Math.min(...times), median: median(times), times }));
  const [plain] = summaries;
  return summaries.map(summary => {
    const atMost = targets[summary.arm];
    const ratio = summary.best / plain.best;
    const judged = atMost === undefined ? {} : { atMost, met: ratio <= atMost };
    return { ...summary, ratio, ratioOfMedians: summary.median / plain.median, ...judged };
  });
}

/** Layers of nets.json as a space file has them; the output layer comes by itself. */
function sectionsOf(layers) {
  const sections = {
    dense: ({ kernel, activation }) => ({ dense: { units: kernel.at(-1), activation } }),
    conv: ({ kernel, padding, stride: strides = 1, bias: useBias = false, activation = 'linear' }) => ({
      conv2d: { filters: kernel.at(-1), kernelSize: kernel[0], strides, padding, useBias, activation },
    }),
    maxPool: () => ({ maxPool: 2 }),
    globalAveragePool: () => 'globalAveragePool',
    flatten: () => 'flatten',
    batchNorm: () => 'batchNorm',
    relu: () => ({ activation: 'relu' }),
    residual: ({ main }) => ({ residual: sectionsOf(main) }),
  };
  return layers.map(layer => sections[layer.op](layer));
}

function randomRows(name, inputShape, classes, rows) {
  const rng = createRng(1, 'bench', name);
  const width = inputShape.reduce((product, side) => product * side, 1);
  const inputs = Float32Array.from({ length: rows * width }, () => rng.normal());
  // Each class occurs, whatever is drawn.
  const targets = Array.from({ length: rows }, (_, row) => (row < classes ? row : rng.int(classes)));
  return datasetFromArrays({ inputs, inputShape, targets, task: 'classification' });
}

/** Rows of each part, one after the other. */
function consecutive(sizes) {
  let from = 0;
  return Object.fromEntries(
    Object.entries(sizes).map(([part, size]) => {
      from += size;
      return [part, Int32Array.from({ length: size }, (_, row) => from - size + row)];
    }),
  );
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

export function costMarkdown({ rounds, nets }) {
  const rows = nets.flatMap(({ net, arms }) =>
    arms.map(({ arm, best, median, ratio, ratioOfMedians, atMost, met }, index) => [
      index === 0 ? net : '',
      arm,
      number(best),
      number(median),
      number(ratio),
      number(ratioOfMedians),
      atMost === undefined ? '' : `at most ${atMost}: ${met ? 'met' : 'missed'}`,
    ]),
  );
  return [
    `Milliseconds per training step on one thread, best and median of ${rounds} epochs taken in turn. Momentum; learning rate, momentum and l2 are tuned. Ratios to the plain trial, by the best times.`,
    table(['net', 'trial', 'best, ms', 'median, ms', 'ratio', 'of medians', 'target'], rows),
  ].join('\n\n');
}
