/** Which weights stay on disk: those of the best trial so far. */
import { rm } from 'node:fs/promises';
import type { Study } from '../study/study.ts';
import { checkpointPath } from '../train/trainer.ts';

/** To be called with each trial that finishes. */
export function keepBestCheckpoint(study: Study, folder: string): (trial: number) => void {
  let kept = study.best()?.id;
  return trial => {
    const best = study.best()?.id;
    const outdated = new Set([trial, kept].filter(id => id !== undefined && id !== best)) as Set<number>;
    kept = best;
    for (const id of outdated) void rm(checkpointPath(folder, id), { force: true }).catch(() => undefined);
  };
}
