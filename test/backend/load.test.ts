/** The real backend: loads, computes, in the main thread and in two threads at once. Sets it up first where it is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findBackend } from '../../src/backend/find.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { ensureBackend } from '../../src/backend/provision.ts';
import { thisSite } from '../../src/backend/site.ts';
import { tf } from '../../src/backend/tf.ts';

beforeAll(async () => {
  await ensureBackend();
}, 600_000);

const loadModule = new URL('../../dist/backend/load.js', import.meta.url).href;

function runScript(script: string) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

test('computes, on the native backend, and fills the live binding', async () => {
  const loaded = await loadBackend();
  expect(tf).toBe(loaded);
  expect(tf.getBackend()).toBe('tensorflow');
  // [[1, 2], [3, 4]] squared, by hand.
  const square = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  expect([...tf.matMul(square, square).dataSync()]).toEqual([7, 10, 15, 22]);
  expect(await loadBackend()).toBe(loaded);
});

test('prints nothing: no banner, no deprecation, no notes of TensorFlow; and a warning of the user still shows', () => {
  const { status, stdout, stderr } = runScript(`
    import { loadBackend } from ${JSON.stringify(loadModule)};
    const tf = await loadBackend();
    const sum = tf.grad(x => tf.conv2d(x, tf.ones([3, 3, 1, 1]), 1, 'same').sum());
    console.log(sum(tf.ones([1, 4, 4, 1])).dataSync()[5]);
    process.emitWarning('mine', 'DeprecationWarning');`);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '9\n' });
  expect(stderr).toMatch(/^\(node:\d+\) DeprecationWarning: mine\n.*\n$/);
});

test('loads in two threads at once, each over its own copy of the addon, and ends cleanly', () => {
  const { status, stdout, stderr, pid } = runScript(`
    import { Worker } from 'node:worker_threads';
    const source = ${JSON.stringify(`
      import { parentPort, workerData } from 'node:worker_threads';
      const { loadBackend } = await import(workerData.module);
      const tf = await loadBackend({ provision: false });
      let x = tf.scalar(workerData.start);
      for (let step = 0; step < 200; step++) x = tf.tidy(() => x.mul(0.5).add(1));
      parentPort.postMessage(x.dataSync()[0]);`)};
    const run = start => new Promise((resolve, reject) => {
      const worker = new Worker(source, { eval: true, workerData: { start, module: ${JSON.stringify(loadModule)} } });
      let value;
      worker.on('message', message => (value = message)).on('error', reject).on('exit', code => resolve([code, value]));
    });
    console.log(JSON.stringify(await Promise.all([run(0), run(100)])));`);
  expect(stderr).toBe('');
  // x -> x / 2 + 1 has the fixed point 2; each thread ends with exit code 0.
  expect(JSON.parse(stdout)).toEqual([
    [0, 2],
    [0, 2],
  ]);
  expect(status).toBe(0);
  expect(readdirSync(thisSite().cache).filter(name => name.startsWith(`thread-${pid}-`))).toEqual([]);
});

test('removes the copies of processes that were killed while they opened them', () => {
  const { cache } = thisSite();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const copies = ['old', 'new'].map(name => join(cache, `thread-${pid}-${name}`));
  for (const copy of copies) mkdirSync(join(copy, 'lib'), { recursive: true });
  utimesSync(copies[0]!, new Date(), new Date(Date.now() - 120_000));
  runScript(`
    import { Worker } from 'node:worker_threads';
    const source = \`import(${JSON.stringify(loadModule)}).then(({ loadBackend }) => loadBackend({ provision: false }))\`;
    new Worker(source, { eval: true });`);
  expect(copies.map(copy => existsSync(copy))).toEqual([false, true]);
  rmSync(copies[1]!, { recursive: true });
});

test('is found without running anything once it is there', async () => {
  expect(await findBackend(thisSite())).toMatchObject({ tensorflow: expect.stringMatching(/^2\./) });
});
