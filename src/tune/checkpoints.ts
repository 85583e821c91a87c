/** Which files of trials stay on disk: the weights of the best ones so far, and the backups of those that run. */
import { rm } from 'node:fs/promises';
import { textOf } from '../space/config-text.ts';
import type { Config } from '../space/space.ts';
import type { Study } from '../study/study.ts';
import { backupPath } from '../train/backup.ts';
import { checkpointPath, schedulePath } from '../train/trainer.ts';

/**
 * To be called with each trial that finishes.
 * @param count trials whose weights stay
 * @param others configurations whose weights stay too
 */
export function keepBestCheckpoints(
  study: Study,
  folder: string,
  count: number,
  others: readonly Config[],
): (trial: number) => void {
  const texts = new Set(others.map(textOf));
  const best = (): number[] =>
    study
      .ranked()
      .filter(({ config }, index) => index < count || texts.has(textOf(config)))
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
