/** Layers by name, as "freeze", "learningRates" and "transfer" mean them: "0.conv2d", "block*", "*". */

/**
 * @param pattern name of a layer, in which "*" stands for any text
 * @param weight full name of a weight: "0.conv2d.kernel"
 */
export function matchesLayer(pattern: string, weight: string): boolean {
  // A name matches every weight below it.
  const ends = [...weight.matchAll(/\./g)].map(({ index }) => index);
  return [...ends, weight.length].some(end => matches(pattern.split('*'), weight.slice(0, end)));
}

/** Without a regular expression: texts from files must not be able to make one that takes forever. */
function matches([start = '', ...rest]: readonly string[], name: string): boolean {
  const end = rest.pop();
  if (end === undefined) return name === start;
  if (!name.startsWith(start) || !name.endsWith(end) || name.length < start.length + end.length) return false;
  let at = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - end.length;
}
