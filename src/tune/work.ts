/** Who runs the trials of a study: an objective in this process, a user's module or our own training in trainer threads. */
import { TuneError } from '../errors.ts';
import { thisKit } from '../backend/kit.ts';
import { createProgress } from '../backend/progress.ts';
import { ensureBackend } from '../backend/provision.ts';
import { inlineExecutor } from '../executors/inline.ts';
import type { HostSetup } from '../executors/protocol.ts';
import { threadsExecutor } from '../executors/threads.ts';
import { defaultConfig } from '../space/default-config.ts';
import { resolve } from '../space/resolve.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { Executor } from '../study/ports.ts';
import { completeSpaceFile, inFile } from '../train/complete.ts';
import { dataSection, describeDataset } from '../train/data/section.ts';
import type { DataDescription } from '../train/data/dataset.ts';
import type { ExportedModel, ExportJob } from '../train/export-model.ts';
import type { Outdated } from './checkpoints.ts';
import { checkReplay } from './check-replay.ts';
import { checkTransfer } from './check-transfer.ts';
import { impedimentIn, withoutInfeasible, type Impediment } from './feasible.ts';
import { refuseGradientsOf, withGradients } from './gradients.ts';
import type { TuneOptions } from './options.ts';
import type { TuneFile } from './sections.ts';

export type Observe = NonNullable<TuneOptions['observe']>;

/** An executor of training can save the model of a trial. */
export interface StudyExecutor extends Executor {
  export?(job: ExportJob): Promise<ExportedModel>;
  /** To be called when the study has recorded how a trial ended. */
  recorded?(trial: number): void;
  /** Where trials leave their files on other machines. */
  drop?(outdated: Outdated): void;
}

export interface Work {
  /** The file with its defaults filled in. */
  readonly file: TuneFile;
  /** On this machine. */
  readonly start: (slots: number) => Promise<StudyExecutor>;
  /** What others need to know who run its trials; absent for an objective in this process. */
  readonly setup?: HostSetup;
  /** Why a configuration is infeasible, where that shows without training. */
  readonly impediment?: Impediment;
}

/**
 * @param checkpoints folder for the weights of finished trials
 * @throws TuneError for unreadable data, or sections that do not fit it
 */
export async function planWork(
  file: TuneFile,
  checkpoints: string,
  options: TuneOptions<any>,
  observe: Observe,
): Promise<Work> {
  const { objective, eager = false, log = ignore, memoryLimit } = options;
  if (objective) {
    refuseGradientsOf(file);
    return { file, start: slots => Promise.resolve(inlineExecutor(objective, slots)) };
  }
  const { trialDuration } = file.budget;
  const limits = { log, ...withoutUndefined({ trialDuration, memoryLimit }) };
  if (file.trainer !== undefined) {
    const setup: HostSetup = { kind: 'custom', eager, module: file.trainer };
    return { file, setup, start: slots => threadsExecutor({ setup, slots, ...limits }) };
  }
  const { complete, setup, impediment } = await planStudy(file, checkpoints, options, observe);
  return {
    file: complete,
    setup,
    impediment,
    async start(slots) {
      observe({ type: 'phase', text: 'starting TensorFlow' });
      await ensureBackend({ ...thisKit(), progress: progressTo(observe) });
      return withoutInfeasible(await threadsExecutor({ setup, slots, ...limits }), impediment);
    },
  };
}

async function planStudy(
  file: TuneFile,
  checkpoints: string,
  { dataset: given, eager = false }: TuneOptions<any>,
  observe: Observe,
): Promise<{ complete: TuneFile; setup: HostSetup; impediment: Impediment }> {
  observe({ type: 'phase', text: 'reading the data' });
  const dataset = given ?? (await describeData(file));
  const { file: complete, refused } = withGradients(completeSpaceFile(file, file.data ?? {}, dataset), dataset);
  for (const { name, reason } of refused)
    observe({ type: 'notice', text: `"${name}" is left to the sampler, as no gradient can tune it: ${reason}` });
  checkReplay(complete);
  await checkTransfer(complete, dataset);
  const { name, space, data, model, train, after = {}, folder, seed, metric, metrics, budget } = complete;
  const { trialDuration } = budget;
  const shared = { space, data, model, train, after, folder, seed, metric, metrics, checkpoints };
  const setup = { study: name, ...shared, ...(trialDuration !== undefined && { trialDuration }) };
  return {
    complete,
    setup: { kind: 'training', eager, setup, ...(given && { dataset: given }) },
    impediment: impedimentIn(complete, dataset),
  };
}

/** The data that the default configuration describes: what the other sections are checked against. */
export async function describeData(tuned: TuneFile): Promise<DataDescription> {
  const { data, space, folder, seed, locate, file } = tuned;
  if (data === undefined) {
    const where = locate([]) ?? (file === undefined ? undefined : { file });
    throw new TuneError('SPACE_INVALID', {
      message: 'there is nothing to train',
      expected: '"data" (with "model" and "train", or without them for the defaults), or "trainer"',
      ...(where && { where }),
    });
  }
  const config = defaultConfig(space);
  const section = dataSection.parse(resolve(data, space, config));
  return describeDataset(section, folder, seed).catch((error: unknown) => {
    throw inFile(error, tuned, config, 'data');
  });
}

/** Shows the set-up of the backend as phases: the terminal belongs to the live view by then. */
export function progressTo(observe: Observe) {
  return createProgress({
    write(text) {
      if (!text.includes(': done in ')) observe({ type: 'phase', text: text.trimEnd().replace(/ \.\.\.$/, '') });
    },
  });
}

function ignore(): void {}
