/** Trials on workers of their own processes, with files that travel by a store of artifacts. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { startWorker, type StartedWorkerEvent } from '../../src/tune/worker.ts';
import { startTune } from '../cli/program.ts';
import { until } from '../executors/postgres/studies.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

/** One trial of several seconds; everything that draws or remembers. */
const slow = {
  name: 'slow',
  data: { glyphs: { examples: 1000, size: 16 } },
  model: {
    layers: [{ conv2d: { filters: 16, activation: 'relu' } }, 'batchNorm', 'flatten', { dropout: 0.3 }, { dense: 64 }],
  },
  train: { optimizer: { adam: '$learningRate' }, epochs: 60, earlyStopping: false },
  space: { learningRate: { type: 'float', low: 1e-4, high: 1e-2, log: true, default: 1e-3 } },
  search: { pruner: 'none' },
  budget: { trials: 1 },
} as const;

describe.skipIf(lacksPostgres)('a worker', { timeout: 300_000 }, () => {
  let cluster: Postgres;
  beforeAll(async () => {
    cluster = await startPostgres();
  }, 60_000);
  afterAll(() => cluster?.stop());

  test('goes on in the middle of a trial whose worker was killed', async () => {
    const alone = await tune(slow, { reports: join(folder, 'alone'), slots: 1 });
    const storage = await cluster.createDatabase();
    const artifacts = join(folder, 'artifacts');
    const space = join(folder, 'slow.json');
    writeFileSync(space, JSON.stringify(slow));
    const study = tune(space, { reports: join(folder, 'far'), storage, artifacts });

    const args = ['worker', '--storage', storage, '--artifacts', artifacts, '--slots', '1'];
    const killed = startTune([...args, '--cache', join(folder, 'cache-1')], { cwd: folder });
    await until(async () => (await cluster.sql('SELECT FROM tune.artifact', storage).catch(() => [])).length > 0, 120);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const trained = await cluster.sql('SELECT step, metrics FROM tune.epoch ORDER BY step', storage);

    const drain = new AbortController();
    const events: StartedWorkerEvent[] = [];
    const worker = startWorker({
      storage,
      artifacts,
      slots: 1,
      tags: [],
      memoryLimit: 4096,
      roots: [],
      cache: join(folder, 'cache-2'),
      observe: event => events.push(event),
      log: () => undefined,
      drain: drain.signal,
      interrupt: drain.signal,
    });
    const { trials, files } = await study;
    drain.abort();
    await worker;

    expect(trials).toMatchObject([{ state: 'complete', attempt: 1, value: alone.best!.value }]);
    expect(trials[0]!.attributes).toMatchObject({ weightsHash: alone.best!.attributes!['weightsHash'] });
    // Epochs that were not trained again have the times of the worker that trained them.
    const seconds = events.flatMap(event => (event.type === 'measured' ? event.measurement.metrics!['seconds'] : []));
    const takenOver = trained.filter(({ step, metrics }) => seconds[step - 1] === metrics.seconds);
    expect(takenOver.length).toBeGreaterThan(0);
    expect(seconds).toHaveLength(slow.train.epochs);
    // The model comes from the store, where nothing else of the trial stays.
    expect(existsSync(join(files.model!, 'model.json'))).toBe(true);
    const names = await cluster.sql('SELECT name FROM tune.artifact', storage);
    expect(names.map(({ name }) => name)).toEqual(['trial-0.weights']);
    const left = readdirSync(join(artifacts, 'trials'), { recursive: true, withFileTypes: true });
    expect(left.filter(entry => entry.isFile()).map(({ name }) => name)).toEqual(['trial-0.weights']);
  });
});
