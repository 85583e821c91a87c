/** Configurations as keys of maps and sets. */
import { canonical } from './json.ts';
import type { Config } from './space.ts';

/** Configurations never change: the text of each is made once. */
const texts = new WeakMap<Config, string>();

/** One text for configurations that are equal. */
export function textOf(config: Config): string {
  const text = texts.get(config) ?? canonical(config);
  texts.set(config, text);
  return text;
}
