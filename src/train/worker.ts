/** Entry of a trainer thread in the piscina pool: trains or exports what the host hands it, one job at a time. */
import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'piscina';
import { runEagerly } from '../backend/graph/eager-mode.ts';
import { TuneError, type Problem } from '../errors.ts';
import type { Measurement, TrialResult, Verdict } from '../study/trial.ts';
import type { Observer, Outcome, TrialJob } from '../study/ports.ts';
import { runTrainer, type TrainerFunction } from './custom-trainer.ts';
import type { ExportedModel, ExportJob } from './export-model.ts';
import { pausableTrials } from './pausing.ts';
import { createTrainer, type SharedDataset, type TrainingSetup } from './trainer.ts';
import { loadUserFunction } from './user-function.ts';

/** What the threads of a host train. */
export type Training = {
  /** Run training steps op by op instead of as graphs. */
  readonly eager?: boolean;
} & (
  | { readonly kind: 'training'; readonly setup: TrainingSetup; readonly shared: SharedDataset }
  | { readonly kind: 'custom'; readonly module: string }
);

/** What every thread of a host knows from its start. */
export type WorkerSetup = Training & {
  /** Limit for the weights of trials that are paused in this thread. */
  readonly pausedBytes: number;
};

export type WorkerTask =
  | { readonly kind: 'train'; readonly job: TrialJob; readonly port: MessagePort }
  | { readonly kind: 'export'; readonly job: ExportJob }
  /** Loads a user's module, so that one that is broken is reported before any trial. */
  | { readonly kind: 'check'; readonly module: string };

/** What comes through the port of a trial. */
export type FromCoordinator = Verdict | 'interrupt';

/** What goes out through it; a step now and then, so that a long epoch does not look like a trial that hangs. */
export type FromTrainer = Measurement | 'step';

const setup = workerData as WorkerSetup;
runEagerly(setup.eager ?? false);
const trainer = setup.kind === 'training' ? createTrainer(setup.setup, setup.shared) : undefined;
const trials = pausableTrials(trainer?.train ?? runModule, setup.pausedBytes, console.log);

export default async function work(task: WorkerTask): Promise<Outcome | ExportedModel | readonly Problem[]> {
  if (task.kind === 'export') return trainer!.export(task.job);
  if (task.kind === 'check') return problemsOf(task.module);
  const { job, port } = task;
  const { observe, isInterrupted } = converse(port);
  try {
    return await trials.run(job, observe, isInterrupted);
  } finally {
    port.close();
  }
}

async function runModule(job: TrialJob, observe: Observer): Promise<TrialResult> {
  const { module } = setup as Extract<WorkerSetup, { kind: 'custom' }>;
  return runTrainer(await loadUserFunction<TrainerFunction>(module, 'TRAINER_INVALID'), job, observe);
}

/** Measurements go out and verdicts come back; an interruption may come at any time. */
function converse(port: MessagePort): { observe: Observer; isInterrupted: () => boolean } {
  let answer: ((verdict: Verdict) => void) | undefined;
  let isInterrupted = false;
  let toldAt = 0;
  port.on('message', (message: FromCoordinator) => {
    if (message === 'interrupt') isInterrupted = true;
    else answer?.(message);
  });
  return {
    observe(measurement) {
      port.postMessage(measurement satisfies FromTrainer);
      return new Promise(resolve => (answer = resolve));
    },
    // Asked between chunks of steps.
    isInterrupted() {
      const now = performance.now();
      if (now - toldAt > 1000) {
        toldAt = now;
        port.postMessage('step' satisfies FromTrainer);
      }
      return isInterrupted;
    },
  };
}

async function problemsOf(module: string): Promise<readonly Problem[]> {
  try {
    await loadUserFunction(module, 'TRAINER_INVALID');
    return [];
  } catch (error) {
    // Classes do not survive the way to the main thread.
    if (error instanceof TuneError) return error.problems;
    throw error;
  }
}
