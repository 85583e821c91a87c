/**
 * Entry of a trainer host: a child process that owns a piscina pool of trainer threads. A native crash ends this process
 * and no other. Its main thread reads the data, and from then on passes jobs in and measurements out.
 */
import { writeFileSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina, queueOptionsSymbol } from 'piscina';
import { messageOf, TuneError, type Problem } from '../errors.ts';
import type { Outcome, TrialJob } from '../study/ports.ts';
import type { ExportedModel } from '../train/export-model.ts';
import { loadSharedDataset, shareDataset } from '../train/trainer.ts';
import type { FromCoordinator, FromTrainer, Training, WorkerSetup, WorkerTask } from '../train/worker.ts';
import { endGroup } from './end-group.ts';
import { machineMemory } from './memory.ts';
import { beatSeconds, type FromHost, type HostSetup, type SentError, type ToHost } from './protocol.ts';

type LoadBalancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** For all paused trials: half of what a host may grow by before it gives way. */
const pausedBytes = Math.min(1024, machineMemory() / 8) * 2 ** 20;

let pool: Piscina;
const ports = new Map<number, MessagePort>();
/** The thread that ran a trial last: where its state is, if it has paused. */
const homes = new Map<number, number>();
/** Trials that have taken a step since the last sign of life. */
const active = new Set<number>();

/** Trials that go on do so where they have paused, if nothing else runs there; others go to any thread that is free. */
const place: LoadBalancer = (task, workers) => {
  const free = workers.filter(({ currentUsage }) => currentUsage === 0);
  const { trial } = (task[queueOptionsSymbol] ?? {}) as { readonly trial?: number };
  const chosen = free.find(({ id }) => trial !== undefined && id === homes.get(trial)) ?? free[0] ?? null;
  if (chosen && trial !== undefined) homes.set(trial, chosen.id);
  return chosen;
};

function send(message: FromHost): void {
  // The channel may close before this process knows.
  process.send!(message, undefined, undefined, () => undefined);
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
  port1.on('message', (message: FromTrainer) => {
    if (message === 'step') active.add(job.trial);
    else send({ type: 'measured', trial: job.trial, measurement: message });
  });
  const task: WorkerTask = { kind: 'train', job, port: port2 };
  const placed = { ...task, [queueOptionsSymbol]: { trial: job.trial } };
  const result = await (pool.run(placed, { transferList: [port2] }) as Promise<Outcome>).catch(
    // The thread ended: out of memory for JavaScript, or process.exit() in a user's trainer.
    (error: NodeJS.ErrnoException): Outcome => {
      const cause = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'error';
      return { state: 'failed', failure: { cause, message: messageOf(error) } };
    },
  );
  ports.delete(job.trial);
  if (result !== 'paused') homes.delete(job.trial);
  port1.close();
  send({ type: 'finished', trial: job.trial, result, rss: rss() });
}

function rss(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

function beat(): void {
  send({ type: 'alive', rss: rss(), active: [...active] });
  active.clear();
}

function sendable(error: unknown): SentError {
  const details = error instanceof TuneError ? { code: error.code, problems: error.problems } : {};
  return { message: messageOf(error), ...details };
}

process.on('message', (message: ToHost) => {
  switch (message.type) {
    case 'setup':
      prepare(message.setup, message.threads).then(
        () => {
          send({ type: 'ready' });
          setInterval(beat, beatSeconds * 1000);
        },
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

// Without its coordinator a host has no purpose. process.exit() would wait for threads in native code.
process.on('disconnect', () => endGroup(process.pid));
// What a signal to all processes means is for the coordinator to say: Ctrl-C on Windows, which has no process groups, or a
// service that ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// Where memory runs out, Linux ends the host and not the coordinator.
if (process.platform === 'linux') preferForKilling();

function preferForKilling(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Some containers have no such file.
  }
}
