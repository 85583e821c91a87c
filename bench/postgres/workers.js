/**
 * Workers that train nothing: each has a connection of its own, claims trials, reports an epoch, waits for the verdict and
 * finishes. They go on until stdin ends, and print as JSON how long each step took, in milliseconds.
 */
/* oxlint-disable no-unmodified-loop-condition -- others change it, while the loop waits */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { claim, finish, report, standardLease, verdictsOn } from '../../dist/executors/postgres/claims.js';
import { channelOf, queuesOf, workChannel } from '../../dist/executors/postgres/queues.js';
import { giveSign, leave } from '../../dist/executors/postgres/workers.js';
import { openDatabase } from '../../dist/storage/postgres/database.js';
import { lossOf } from './space.js';

/**
 * `all`: workers of all processes; `interval`: seconds between two claims of a worker, 0: at once; `judged`: whether there
 * is a coordinator, else they end with the queue.
 */
const { address, workers, all, first, interval, judged } = JSON.parse(process.argv[2]);
const pulse = 1000;

const times = { claim: [], empty: [], report: [], verdict: [], finish: [] };
const timed = async (kind, task) => {
  const begin = performance.now();
  const result = await task();
  times[result === undefined ? 'empty' : kind].push(performance.now() - begin);
  return result;
};
const end = new AbortController();
const enough = once(process.stdin.resume(), 'end').then(() => end.abort());

async function work(number) {
  const id = randomUUID();
  const database = await openDatabase(address, { name: `tune worker ${number}`, connections: 1 });
  const facts = { id, name: `bench-${number}`, slots: 1, tags: [] };
  const sign = () => giveSign(database, facts, standardLease, false);
  await sign();
  const signs = setInterval(() => void sign(), (standardLease / 3) * 1000);
  let wake = () => undefined;
  const listeners = await Promise.all([workChannel, channelOf(id)].map(name => database.listen(name, () => wake())));
  /** Until someone notifies, or long enough. */
  const news = () =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, pulse);
      wake = () => (clearTimeout(timer), resolve());
    });
  let next = performance.now() + (number * interval * 1000) / all;
  while (!end.signal.aborted) {
    if (interval > 0) {
      await sleep(Math.max(0, next - performance.now()), undefined, { signal: end.signal }).catch(() => undefined);
      next = Math.max(next + interval * 1000, performance.now() - interval * 1000);
    }
    const heard = news();
    const queues = await queuesOf(database, facts);
    const taken = await timed('claim', () => claim(database, id, queues, standardLease));
    if (!taken) {
      if (!judged) break;
      await Promise.race([heard, enough]);
      continue;
    }
    const value = lossOf(taken.job.config, Math.random());
    const metrics = { trainLoss: value * 0.9, seconds: 0.5 };
    const heardVerdict = news();
    const begin = performance.now();
    let verdict = await timed('report', () => report(database, taken, { step: 1, value, metrics }, 0));
    for (let waiting = heardVerdict; judged && verdict === null; waiting = news()) {
      await waiting;
      [{ verdict } = { verdict: null }] = await verdictsOn(database, [{ ...taken, step: 1 }]);
    }
    if (judged) times.verdict.push(performance.now() - begin);
    if (verdict === 'refused') continue;
    const state = verdict === 'stop' ? 'pruned' : 'complete';
    const attributes = { seconds: 0.5, bestEpoch: 1, worker: facts.name };
    ended = Date.now();
    await timed('finish', () => finish(database, taken, { state, value, attributes }));
  }
  clearInterval(signs);
  listeners.forEach(stop => stop());
  await leave(database, id);
  await database.close();
}

let ended = 0;
const began = Date.now();
await Promise.all(Array.from({ length: workers }, (_, index) => work(first + index)));
console.log(JSON.stringify({ began, ended, times }));
process.exit();
