/** Which configurations a study has tried. */
import { textOf } from '../space/config-text.ts';
import type { Trial } from '../study/trial.ts';

export function usedTexts(history: readonly Trial[]): ReadonlySet<string> {
  return new Set(history.map(({ config }) => textOf(config)));
}
