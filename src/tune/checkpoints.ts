/** Which weights stay on disk: those of the best trials so far. */
import { rm } from 'node:fs/promises';
import type { Study } from '../study/study.ts';
import { checkpointPath, schedulePath } from '../train/trainer.ts';

/**
 * To be called with each trial that finishes.
 * @param count trials whose weights stay
 */
export function keepBestCheckpoints(study: Study, folder: string, count: number): (trial: number) => void {
  const best = (): number[] =>
    study
      .ranked()
      .slice(0, count)
      .map(({ id }) => id);
  let kept = best();
  return trial => {
    const now = best();
    const outdated = [trial, ...kept].filter(id => !now.includes(id));
    kept = now;
    for (const path of outdated.flatMap(id => [checkpointPath(folder, id), schedulePath(folder, id)]))
      void rm(path, { force: true }).catch(() => undefined);
  };
}
