/** Text that is too long for its place. Counted in characters, not in UTF-16 units, so that none is torn. */

/** At most `length` characters; an ellipsis stands for what is left out. */
export function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length > length ? `${characters.slice(0, Math.max(0, length - 1)).join('')}…` : text;
}

/** Number of characters. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}
