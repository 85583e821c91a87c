/** What "after" asks for, once the best model is exported. */
import { join } from 'node:path';
import type { Trained } from '../compress/compression.ts';
import type { TrainingContext } from '../fit-section.ts';
import type { Phase } from '../phases.ts';
import { compressed, type Variant } from './compressed.ts';
import { ensemble, type Ensemble, type Member } from './ensemble.ts';
import { saveTensorFlow } from './saved-model.ts';
import type { AfterSection } from './section.ts';
import { sizePoints, type SizePoint } from './size-curve.ts';
import { createWorkbench } from './workbench.ts';

export interface Finished {
  /** Folder of the TensorFlow SavedModel, in that of the best model. */
  readonly savedModel?: string;
  readonly ensemble?: Ensemble;
  /** The model before and after each step. */
  readonly compressed?: readonly Variant[];
  readonly sizeCurve?: readonly SizePoint[];
}

export interface FinishRequest extends TrainingContext {
  readonly trained: Trained;
  readonly phases: readonly Phase[];
  /** The best trials' models, the best one first. */
  readonly members: readonly Member[];
  readonly folder: string;
}

export async function finish(after: AfterSection, request: FinishRequest): Promise<Finished> {
  const { trained, phases, members, folder, dataset, batches, graphs } = request;
  const workbench = createWorkbench(request);
  if (after.savedModel) await saveTensorFlow(join(folder, 'saved_model'), trained, dataset, batches);
  return {
    ...(after.savedModel && { savedModel: 'saved_model' }),
    ...(members.length > 1 && { ensemble: await ensemble(members, dataset, batches, folder) }),
    ...(after.compress.length > 0 && {
      compressed: await compressed(trained, after.compress, {
        dataset,
        folder,
        workbench,
        graphs,
      }),
    }),
    ...(after.sizeCurve && { sizeCurve: await sizePoints(phases, request) }),
  };
}
