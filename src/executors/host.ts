/**
 * Entry of a trainer host: a child process that owns a piscina pool of trainer threads. A native crash ends this process
 * and no other. Its main thread reads the data, and from then on passes jobs in and measurements out.
 */
import { totalmem } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina, queueOptionsSymbol } from 'piscina';
import { messageOf, TuneError, type Problem } from '../errors.ts';
import type { Measurement } from '../study/trial.ts';
import type { Outcome, TrialJob } from '../study/ports.ts';
import type { ExportedModel } from '../train/export-model.ts';
import { loadSharedDataset, shareDataset } from '../train/trainer.ts';
import type { FromCoordinator, Training, WorkerSetup, WorkerTask } from '../train/worker.ts';
import type { FromHost, HostSetup, SentError, ToHost } from './protocol.ts';

type LoadBalancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** For all paused trials: half of what a host may grow by before it gives way. */
const pausedBytes = Math.min(2 ** 30, totalmem() / 8);

let pool: Piscina;
const ports = new Map<number, MessagePort>();
/** The thread that ran a trial last: where its state is, if it has paused. */
const homes = new Map<number, number>();

/** Trials that go on do so where they have paused, if nothing else runs there; others go to any thread that is free. */
const place: LoadBalancer = (task, workers) => {
  const free = workers.filter(({ currentUsage }) => currentUsage === 0);
  const { trial } = (task[queueOptionsSymbol] ?? {}) as { readonly trial?: number };
  const chosen = free.find(({ id }) => trial !== undefined && id === homes.get(trial)) ?? free[0] ?? null;
  if (chosen && trial !== undefined) homes.set(trial, chosen.id);
  return chosen;
};

function send(message: FromHost): void {
  process.send!(message);
}

async function prepare(setup: HostSetup, threads: number): Promise<void> {
  pool = new Piscina({
    filename: new URL('../train/worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    loadBalancer: place,
    // Waiting on Atomics would stop a worker's event loop, and with it the verdicts.
    atomics: 'disabled',
    // Loading TensorFlow again costs more than an idle thread.
    idleTimeout: 2 ** 31 - 1,
    workerData: { ...(await trainingOf(setup)), pausedBytes: pausedBytes / threads } satisfies WorkerSetup,
  });
  if (setup.kind === 'custom') {
    const task: WorkerTask = { kind: 'check', module: setup.module };
    const problems = (await pool.run(task)) as readonly Problem[];
    if (problems.length > 0) throw new TuneError('TRAINER_INVALID', problems);
  }
}

async function trainingOf(setup: HostSetup): Promise<Training> {
  if (setup.kind === 'custom') return setup;
  const shared = setup.dataset ? shareDataset(setup.dataset) : await loadSharedDataset(setup.setup);
  return { ...setup, shared };
}

async function run(job: TrialJob): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  ports.set(job.trial, port1);
  port1.on('message', (measurement: Measurement) => send({ type: 'measured', trial: job.trial, measurement }));
  const task: WorkerTask = { kind: 'train', job, port: port2 };
  const placed = { ...task, [queueOptionsSymbol]: { trial: job.trial } };
  const result = await (pool.run(placed, { transferList: [port2] }) as Promise<Outcome>).catch(
    // The thread ended: out of memory, or process.exit() in a user's trainer.
    (error: unknown): Outcome => ({ state: 'failed', failure: { cause: 'error', message: messageOf(error) } }),
  );
  ports.delete(job.trial);
  if (result !== 'paused') homes.delete(job.trial);
  port1.close();
  send({ type: 'finished', trial: job.trial, result, rss: process.memoryUsage.rss() / 2 ** 20 });
}

function sendable(error: unknown): SentError {
  const details = error instanceof TuneError ? { code: error.code, problems: error.problems } : {};
  return { message: messageOf(error), ...details };
}

process.on('message', (message: ToHost) => {
  switch (message.type) {
    case 'setup':
      prepare(message.setup, message.threads).then(
        () => send({ type: 'ready' }),
        error => send({ type: 'failed', error: sendable(error) }),
      );
      break;
    case 'run':
      void run(message.job);
      break;
    case 'verdict':
      ports.get(message.trial)?.postMessage(message.verdict);
      break;
    case 'interrupt':
      ports.get(message.trial)?.postMessage('interrupt' satisfies FromCoordinator);
      break;
    case 'export':
      pool.run({ kind: 'export', job: message.job } satisfies WorkerTask).then(
        model => send({ type: 'exported', model: model as ExportedModel }),
        error => send({ type: 'export-failed', error: sendable(error) }),
      );
  }
});

// Without its coordinator a host has no purpose.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches it only on Windows, which has no process groups; the coordinator decides there too.
process.on('SIGINT', () => undefined);
