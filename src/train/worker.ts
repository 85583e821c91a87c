/** Entry of a trainer thread in the piscina pool: trains or exports what the host hands it, one job at a time. */
import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'piscina';
import { TuneError, type Problem } from '../errors.ts';
import type { Measurement, TrialResult, Verdict } from '../study/trial.ts';
import type { TrialJob } from '../study/ports.ts';
import { loadTrainerModule, runTrainer } from './custom-trainer.ts';
import type { ExportedModel, ExportJob } from './export-model.ts';
import { createTrainer, type SharedDataset, type TrainingSetup } from './trainer.ts';

/** What every thread of a host knows from its start. */
export type WorkerSetup =
  | { readonly kind: 'training'; readonly setup: TrainingSetup; readonly shared: SharedDataset }
  | { readonly kind: 'custom'; readonly module: string };

export type WorkerTask =
  | { readonly kind: 'train'; readonly job: TrialJob; readonly port: MessagePort }
  | { readonly kind: 'export'; readonly job: ExportJob }
  /** Loads a user's module, so that one that is broken is reported before any trial. */
  | { readonly kind: 'check'; readonly module: string };

const setup = workerData as WorkerSetup;
const trainer = setup.kind === 'training' ? createTrainer(setup.setup, setup.shared) : undefined;

export default async function work(task: WorkerTask): Promise<TrialResult | ExportedModel | readonly Problem[]> {
  if (task.kind === 'export') return trainer!.export(task.job);
  if (task.kind === 'check') return problemsOf(task.module);
  const { job, port } = task;
  const observe = (measurement: Measurement): Promise<Verdict> => {
    const verdict = new Promise<Verdict>(resolve => port.once('message', resolve));
    port.postMessage(measurement);
    return verdict;
  };
  try {
    if (trainer) return await trainer.train(job, observe);
    const { module } = setup as Extract<WorkerSetup, { kind: 'custom' }>;
    return await runTrainer(await loadTrainerModule(module), job, observe);
  } finally {
    port.close();
  }
}

async function problemsOf(module: string): Promise<readonly Problem[]> {
  try {
    await loadTrainerModule(module);
    return [];
  } catch (error) {
    // Classes do not survive the way to the main thread.
    if (error instanceof TuneError) return error.problems;
    throw error;
  }
}
