/** Which files of trials stay on disk: the weights of the best ones so far, and the backups of those that run. */
import { rm } from 'node:fs/promises';
import { textOf } from '../space/config-text.ts';
import type { Config } from '../space/space.ts';
import type { Study } from '../study/study.ts';
import { backupPath } from '../train/backup.ts';
import { resultPaths } from '../train/trainer.ts';

/** What trials leave: one that is over keeps its weights while it is among the best, and needs no backup. */
export interface Outdated {
  /** Trials whose weights nobody wants any more. */
  readonly weights: readonly number[];
  /** A trial that has ended. */
  readonly backup: number;
}

/**
 * To be called with each trial that finishes.
 * @param count trials whose weights stay
 * @param others configurations whose weights stay too
 */
export function keepBest(
  study: Study,
  count: number,
  others: readonly Config[],
  drop: (outdated: Outdated) => void,
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
    drop({ weights: [trial, ...kept].filter(id => !now.includes(id)), backup: trial });
    kept = now;
  };
}

/** Of trials that were trained on this machine. */
export function dropCheckpoints(folder: string): (outdated: Outdated) => void {
  return ({ weights, backup }) => {
    const files = weights.flatMap(id => resultPaths(folder, id));
    for (const path of [backupPath(folder, backup), ...files]) void rm(path, { force: true }).catch(() => undefined);
  };
}
