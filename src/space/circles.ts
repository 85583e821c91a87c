/** Circles among names that lead to each other. */

/**
 * Each circle once, as the names in it in the order given: those that lead to each other and so back to themselves. A
 * name that only leads into a circle is in none.
 */
export function findCircles(
  names: readonly string[],
  next: (name: string) => Iterable<string>,
): readonly (readonly string[])[] {
  const reached = new Map(names.map(name => [name, reachableFrom(name, next)]));
  const leads = (from: string, to: string): boolean => reached.get(from)!.has(to);
  const members = names.filter(name => leads(name, name));
  const circles = members.map(name => members.filter(other => leads(name, other) && leads(other, name)));
  return circles.filter(([first], index) => first === members[index]);
}

function reachableFrom(start: string, next: (name: string) => Iterable<string>): ReadonlySet<string> {
  const found = new Set(next(start));
  // A set visits what is added on the way, too.
  for (const name of found) for (const neighbour of next(name)) found.add(neighbour);
  return found;
}

/** "a" depends on itself through "b" and "c" */
export function describeCircle(verb: string, [first, ...others]: readonly string[]): string {
  const through = others.length === 0 ? '' : ` through ${others.map(name => `"${name}"`).join(' and ')}`;
  return `"${first}" ${verb} itself${through}`;
}
