/** Which files of trials stay on disk: the weights of the best ones so far, and the backups of those that run. */
import { rm } from 'node:fs/promises';
import type { Study } from '../study/study.ts';
import { backupPath } from '../train/backup.ts';
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
    const files = outdated.flatMap(id => [checkpointPath(folder, id), schedulePath(folder, id)]);
    for (const path of [backupPath(folder, trial), ...files]) void rm(path, { force: true }).catch(() => undefined);
  };
}
