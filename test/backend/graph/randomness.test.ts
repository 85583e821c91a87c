/** Random numbers keyed by (seed, step): the same as a graph and op by op, other ones in every step. */
import { beforeAll, expect, it } from 'vitest';
import type { Step } from '../../../src/backend/graph/step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { statelessNormal } from '../../../src/backend/native-ops/stateless-normal.ts';
import { statelessUniform } from '../../../src/backend/native-ops/stateless-uniform.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { rising, runBothWays } from './helpers.ts';

beforeAll(() => loadBackend());

const size = 8;

/** Remembers the mask of the last step. */
const masking: Step = ({ x }: { readonly x: Tensor }, { step }, { seed }) => {
  const key = tf.stack([seed, step]);
  const mask = tf.cast(tf.greaterEqual(statelessUniform([x.size], key), 0.5), 'float32');
  return {
    state: { step: tf.add(step, tf.scalar(1, 'int32')), mask, noise: statelessNormal([x.size], key) },
    metrics: { kept: tf.mean(mask) },
  };
};

async function after(steps: number, seed: number): Promise<Readonly<Record<string, readonly number[]>>> {
  const state = { step: tf.scalar(0, 'int32'), mask: tf.zeros([size]), noise: tf.zeros([size]) };
  const hyper = { seed: tf.scalar(seed, 'int32') };
  const job = { step: masking, data: { x: rising(size * steps) }, state, hyper, batchSize: size };
  return (await runBothWays(job)).state;
}

it('every step has numbers of its own, the same in every run', async () => {
  const runs = await Promise.all([1, 2, 3, 4].map(steps => after(steps, 7)));
  for (const part of ['mask', 'noise']) expect(new Set(runs.map(state => String(state[part]))).size).toBe(4);
  expect(await after(3, 7)).toEqual(runs[2]);
});

it('every seed has numbers of its own', async () => {
  const runs = await Promise.all([1, 2, 3].map(seed => after(2, seed)));
  expect(new Set(runs.map(({ mask }) => String(mask))).size).toBe(3);
  expect(new Set(runs.map(({ noise }) => String(noise))).size).toBe(3);
});

it('numbers go on where the last epoch stopped', async () => {
  const state = { step: tf.scalar(0, 'int32'), mask: tf.zeros([size]), noise: tf.zeros([size]) };
  const hyper = { seed: tf.scalar(7, 'int32') };
  const job = { step: masking, data: { x: rising(size) }, state, hyper, batchSize: size };
  const { state: last } = await runBothWays({ ...job, epochs: [{}, {}, {}] });
  expect(last).toEqual(await after(3, 7));
});
