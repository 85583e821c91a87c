/** How many of the best trials the export needs. */
import { defaultConfig } from '../../space/default-config.ts';
import { resolve } from '../../space/resolve.ts';
import type { SpaceFile } from '../../space/space-file.ts';
import { afterSection } from './section.ts';

export function ensembleSize({ after = {}, space }: Pick<SpaceFile, 'after' | 'space'>): number {
  return afterSection.parse(resolve(after, space, defaultConfig(space))).ensemble ?? 1;
}
