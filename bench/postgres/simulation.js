/**
 * A study on simulated workers in virtual time. What decides is real: the study, its sampler, its pruner and the loop that
 * keeps slots filled. The database is a few servers with a queue; workers differ in speed, die, pause, leave and come.
 */
/* oxlint-disable no-unmodified-loop-condition -- others change it, while the loop waits */
import { pruners } from '../../dist/pruners/index.js';
import { samplers } from '../../dist/samplers/index.js';
import { memoryStorage } from '../../dist/storage/memory.js';
import { runStudy } from '../../dist/study/loop.js';
import { standardLease } from '../../dist/executors/postgres/claims.js';
import { mostTries } from '../../dist/executors/postgres/queues.js';
import { restAfter, untilNextLook, untilNextSign } from '../../dist/executors/postgres/worker-pace.js';
import { createRng } from '../../dist/study/rng.js';
import { openStudy } from '../../dist/study/open-study.js';
import { quantile } from './quantile.js';
import { lossOf, space } from './space.js';
import { servers, virtualTime } from './virtual-time.js';

/** Milliseconds. */
const lease = standardLease * 1000;
const beat = untilNextSign(standardLease);

/**
 * @param {{ workers: number, seed: number, minutes: number, epochs: number, epochSeconds: number, spread: number,
 *   deathsPerHour: number, pausesPerHour: number, turnoverPerHour: number, interval: number,
 *   database: { servers: number, disk: number, service: Record<string, number> }, decision: number }} model
 *   `spread` of logarithms; `interval`: seconds between two claims of a worker; `disk` and `service` in milliseconds, the
 *   first for what must be kept; `decision`: milliseconds of the coordinator for each statement that it asks
 */
export async function simulate(model) {
  const { workers: slots, seed, minutes, epochs, epochSeconds, spread, interval, decision } = model;
  const { isCalm, deathsPerHour, pausesPerHour, turnoverPerHour } = model;
  const time = virtualTime();
  const end = minutes * 60_000;
  /** The first tenth is not counted: all begin at once. */
  const begin = end / 10;
  const isCounted = () => time.now() >= begin;
  const rng = createRng(seed, 'simulation');
  const exponential = mean => -mean * Math.log(1 - rng.uniform());
  const eventually = perHour => (perHour === 0 ? Infinity : exponential(3_600_000 / perHour));

  const database = servers(time, model.database.servers);
  const processor = servers(time, 1);
  const seen = { decisions: 0, trials: 0, reruns: 0, expiries: 0, refused: 0, poisoned: 0, statements: 0 };
  const waits = [];
  const idles = [];
  const verdicts = [];
  let trained = 0;
  const note = name => (seen[name] += isCounted() ? 1 : 0);

  const ask = async (kind, isKept = true) => {
    note('statements');
    await database.use(exponential(model.database.service[kind]));
    if (isKept) await time.sleep(model.database.disk);
  };
  const askAsCoordinator = async (kind, isKept) => {
    await processor.use(decision);
    await ask(kind, isKept);
  };

  // The queue.
  const jobs = [];
  const asleep = new Set();
  const wakeAll = () => {
    const all = [...asleep];
    asleep.clear();
    for (const wake of all) wake(true);
  };
  const enqueue = trial => {
    trial.state = 'queued';
    trial.queuedAt = time.now();
    jobs.push(trial);
    wakeAll();
  };
  const takeJob = () => {
    const trial = jobs.shift();
    if (!trial) return undefined;
    trial.state = 'running';
    trial.attempt += 1;
    trial.leaseUntil = time.now() + lease;
    if (isCounted()) waits.push(time.now() - trial.queuedAt);
    return { trial, attempt: trial.attempt };
  };
  const holds = ({ trial, attempt }) => trial.state === 'running' && trial.attempt === attempt;

  // The coordinator.
  const trials = new Map();
  const unjudged = [];
  const ended = [];
  let isLooking = false;
  let isNews = false;
  const look = async () => {
    isNews = true;
    if (isLooking) return;
    isLooking = true;
    while (isNews) {
      isNews = false;
      await askAsCoordinator('read', false);
      const steps = unjudged.splice(0);
      const ends = ended.splice(0);
      const judged = await Promise.all(
        steps.map(async step => ({ ...step, verdict: await step.trial.observe(step.measurement) })),
      );
      if (judged.length > 0) await askAsCoordinator('judge');
      for (const { verdict, tell } of judged) tell(verdict);
      for (const { trial, result } of ends) trial.resolve(result);
    }
    isLooking = false;
  };
  const sweep = async () => {
    for (const trial of trials.values()) {
      if (trial.state !== 'running' || trial.leaseUntil > time.now()) continue;
      trial.lost += 1;
      note(trial.isOwnerDead ? 'reruns' : 'expiries');
      trial.isOwnerDead = false;
      if (trial.lost === mostTries) {
        note('poisoned');
        trial.state = 'done';
        ended.push({ trial, result: { state: 'failed', failure: { cause: 'error', message: 'poisoned' } } });
        void look();
        continue;
      }
      trial.state = 'waiting';
      // As pg-boss waits: 1 s that doubles, and up to as much by chance.
      const pause = 1000 * (2 ** trial.lost / 2 + (2 ** trial.lost / 2) * rng.uniform());
      time.after(pause, () => enqueue(trial));
    }
    await askAsCoordinator('sweep');
    time.after(1000, sweep);
  };

  // Workers.
  const live = async (number, isFirst) => {
    const speed = Math.exp(0.3 * rng.normal());
    const diesAt = time.now() + eventually(deathsPerHour);
    const leavesAt = time.now() + eventually(turnoverPerHour);
    let pausesAt = time.now() + eventually(pausesPerHour);
    let claim;
    let isDead = false;
    let stoppedUntil = 0;
    if (Number.isFinite(diesAt))
      time.after(diesAt - time.now(), () => {
        isDead = true;
        if (claim && holds(claim)) claim.trial.isOwnerDead = true;
        // Whoever keeps the machines starts another one.
        time.after(30_000, () => void live(number, false));
      });
    const renew = async () => {
      if (isDead) return;
      time.after(Math.max(beat, stoppedUntil - time.now()), renew);
      if (stoppedUntil > time.now()) return;
      await ask('renew');
      if (!isDead && claim && holds(claim) && stoppedUntil <= time.now()) claim.trial.leaseUntil = time.now() + lease;
    };
    time.after(beat * rng.uniform(), renew);
    let next = time.now() + (isFirst ? (number * interval * 1000) / slots : 0);
    let idleSince = time.now();
    /** Times that it was woken for nothing since it had a trial. */
    let vain = 0;
    let isHeard = false;
    while (!isDead && time.now() < leavesAt) {
      if (interval > 0) {
        await time.sleep(Math.max(0, next - time.now()));
        next = Math.max(next + interval * 1000, time.now() - interval * 1000);
      }
      let wake;
      const woken = new Promise(resolve => asleep.add((wake = resolve)));
      time.after(untilNextLook(slots, rng.uniform()), wake);
      await ask('claim', false);
      if (isDead) break;
      claim = takeJob();
      if (!claim) {
        if (isCalm && isHeard) await time.sleep(restAfter(slots, vain++, rng.uniform()));
        isHeard = (await woken) === true;
        asleep.delete(wake);
        continue;
      }
      asleep.delete(wake);
      vain = 0;
      isHeard = false;
      await time.sleep(model.database.disk);
      if (isCounted()) idles.push(time.now() - idleSince);
      const { trial } = claim;
      const noise = rng.uniform();
      const pace = epochSeconds * 1000 * speed * Math.exp(spread * rng.normal());
      let verdict = 'continue';
      for (let step = 1; step <= epochs && verdict === 'continue' && !isDead; step++) {
        await time.sleep(pace);
        if (isDead) break;
        if (isCounted()) trained += pace;
        if (time.now() > pausesAt) {
          // Long enough, now and then, to be taken for dead.
          stoppedUntil = time.now() + exponential(10_000);
          await time.sleep(stoppedUntil - time.now());
          pausesAt = time.now() + eventually(pausesPerHour);
        }
        await ask('report');
        if (isDead) break;
        if (!holds(claim)) {
          verdict = 'refused';
          break;
        }
        if (trial.seenSteps >= step) continue;
        trial.seenSteps = step;
        const asked = time.now();
        const value = lossOf(trial.job.config, noise) + 1 / (1 + step);
        verdict = await new Promise(tell => {
          unjudged.push({ trial, measurement: { step, value }, tell });
          void look();
        });
        await ask('verdict', false);
        if (isCounted()) verdicts.push(time.now() - asked);
      }
      if (isDead) break;
      if (verdict !== 'refused') {
        await ask('finish');
        if (isDead) break;
        if (!holds(claim)) verdict = 'refused';
      }
      if (verdict === 'refused') note('refused');
      else {
        trial.state = 'done';
        const value = lossOf(trial.job.config, noise);
        ended.push({ trial, result: verdict === 'stop' ? { state: 'pruned', value } : { state: 'complete', value } });
        void look();
      }
      claim = undefined;
      idleSince = time.now();
    }
    if (isDead) return;
    isDead = true;
    // One leaves, and another one comes.
    time.after(1000, () => void live(number, false));
  };

  const memory = memoryStorage();
  // Opening it takes virtual time, too.
  const opening = openStudy({
    name: 'simulation',
    space,
    direction: 'minimize',
    seed,
    sampler: samplers.random.create({}),
    pruner: pruners.asha.create(pruners.asha.knobs.parse({ minResource: 1 })),
    storage: {
      ...memory,
      async append(event) {
        await askAsCoordinator('append');
        await memory.append(event);
        note('decisions');
      },
      async appendAll(events) {
        await askAsCoordinator('append');
        for (const event of events) {
          await memory.append(event);
          note('decisions');
        }
      },
    },
    now: () => new Date(Date.UTC(2026, 0, 1) + time.now()),
  });
  const executor = {
    slots,
    async run(job, observe) {
      await askAsCoordinator('queue');
      const outcome = new Promise(resolve => {
        const trial = { job, observe, attempt: 0, lost: 0, seenSteps: 0, isOwnerDead: false };
        trial.resolve = result => {
          trials.delete(job.trial);
          note('trials');
          resolve(result);
        };
        trials.set(job.trial, trial);
        enqueue(trial);
      });
      return outcome;
    },
    close: () => Promise.resolve(),
  };
  const budget = { trials: Infinity };
  void opening.then(study => runStudy(study, executor, { budget, clock: time.now }));
  for (let number = 0; number < slots; number++) void live(number, true);
  time.after(1000, sweep);
  const at = { database: 0, processor: 0 };
  time.after(begin, () => {
    at.database = database.utilisation(1);
    at.processor = processor.utilisation(1);
  });
  await time.run(end);

  const span = end - begin;
  const both = values => (values.length === 0 ? null : { p50: quantile(values, 0.5), p99: quantile(values, 0.99) });
  return {
    utilisation: trained / (slots * span),
    trialsPerSecond: (seen.trials * 1000) / span,
    decisionsPerSecond: (seen.decisions * 1000) / span,
    statementsPerSecond: (seen.statements * 1000) / span,
    wait: both(waits),
    idle: both(idles),
    verdict: both(verdicts),
    database: (database.utilisation(1) - at.database) / span,
    coordinator: (processor.utilisation(1) - at.processor) / span,
    reruns: seen.reruns,
    falseExpiries: seen.expiries,
    refused: seen.refused,
    poisoned: seen.poisoned,
  };
}

/** Mean wait of customers who come at random to servers that take exponential times: what Erlang's formula says, by simulation. */
export async function simulatedWait({ seed, arrivals, count, perSecond, milliseconds }) {
  const time = virtualTime();
  const rng = createRng(seed, 'erlang');
  const exponential = mean => -mean * Math.log(1 - rng.uniform());
  const all = servers(time, count);
  let waited = 0;
  let served = 0;
  const come = left => {
    const service = exponential(milliseconds);
    const began = time.now();
    void all.use(service).then(() => {
      waited += time.now() - began - service;
      served += 1;
    });
    if (left > 1) time.after(exponential(1000 / perSecond), () => come(left - 1));
  };
  come(arrivals);
  await time.run(Infinity);
  return waited / served;
}
