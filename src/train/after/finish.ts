/** What "after" asks for, once the best model is exported. */
import { join } from 'node:path';
import { compressed, type Variant } from './compressed.ts';
import { ensemble, type Ensemble, type Member } from './ensemble.ts';
import { replayed, type Replayed, type ReplayRequest } from './replayed.ts';
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
  readonly replayed?: Replayed;
}

export interface FinishRequest extends ReplayRequest {
  /** The best trials' models, the best one first. */
  readonly members: readonly Member[];
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
    ...(after.replay && { replayed: await replayed(request) }),
  };
}
