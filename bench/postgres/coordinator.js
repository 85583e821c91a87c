/**
 * A process that decides what a study tries next, as `tune run` is, and nothing else. Prints as JSON how much of a core it
 * took and how many trials ended, in so many seconds after so many to warm up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseExecutor } from '../../dist/executors/postgres/executor.js';
import { pruners } from '../../dist/pruners/index.js';
import { samplers } from '../../dist/samplers/index.js';
import { runStudy } from '../../dist/study/loop.js';
import { openBenchStudy } from './open-study.js';

const { address, name, sampler, pruner, warm, seconds } = JSON.parse(process.argv[2]);
const technique = ({ create, knobs }) => create(knobs.parse({}));
const techniques = { sampler: technique(samplers[sampler]), pruner: technique(pruners[pruner]), planned: 1e6 };
const { database, storage, study, close } = await openBenchStudy(address, name, techniques, {
  name: 'tune coordinator',
  supervise: true,
});
const executor = await databaseExecutor({
  database,
  study: storage.id,
  member: storage.member,
  setup: 'none',
  needsOf: () => ({ tags: [] }),
  notice: () => undefined,
});
const end = new AbortController();
let ended = 0;
let measured = 0;
const run = runStudy(study, executor, {
  budget: { trials: 1e6 },
  signal: end.signal,
  clock: () => performance.now(),
  observe({ type, trial }) {
    if (type === 'trial-measured') measured += 1;
    if (type !== 'trial-finished') return;
    ended += 1;
    executor.recorded(trial);
  },
});
await sleep(warm * 1000);
const before = { cpu: process.cpuUsage(), at: performance.now(), ended, measured, trials: study.trials().length };
await sleep(seconds * 1000);
const { user, system } = process.cpuUsage(before.cpu);
const wall = (performance.now() - before.at) / 1000;
const result = {
  cpu: (user + system) / 1e6 / wall,
  trialsPerSecond: (ended - before.ended) / wall,
  measurementsPerSecond: (measured - before.measured) / wall,
  firstTrial: before.trials,
  lastTrial: study.trials().length,
};
end.abort();
await run;
await executor.close();
await close();
console.log(JSON.stringify(result));
