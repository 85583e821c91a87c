/** Which configurations a study has tried. */
import { canonical } from '../space/json.ts';
import type { Config } from '../space/space.ts';
import type { Trial } from '../study/trial.ts';

/** Configurations never change: the text of each is made once. */
const texts = new WeakMap<Config, string>();

/** One text for configurations that are equal. */
export function textOf(config: Config): string {
  const text = texts.get(config) ?? canonical(config);
  texts.set(config, text);
  return text;
}

export function usedTexts(history: readonly Trial[]): ReadonlySet<string> {
  return new Set(history.map(({ config }) => textOf(config)));
}
