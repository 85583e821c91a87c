/** "Did you mean": the known name that a mistyped one is closest to. */
import { distance } from 'fastest-levenshtein';

/**
 * The closest known name, when it is close enough to be meant: batch_size and batchsize are batchSize, nmae is name, lr is
 * learningRate and bool is boolean.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const candidates = [...known].map(candidate => ({ candidate, edits: editsBetween(name, candidate) }));
  candidates.sort((a, b) => a.edits - b.edits);
  const [best] = candidates;
  const allowed = name.length < 3 ? abbreviation : Math.max(1, Math.floor(name.length / 3));
  return best && best.edits <= allowed ? best.candidate : undefined;
}

/** Less than a single slip. */
const abbreviation = 0.5;

function editsBetween(name: string, candidate: string): number {
  const [given, wanted] = [plain(name), plain(candidate)];
  if (given === wanted) return 0;
  const initials = candidate.charAt(0) + candidate.replaceAll(/[^A-Z]/g, '');
  const isShort = (given.length > 2 && wanted.startsWith(given)) || (given.length > 1 && given === plain(initials));
  if (isShort) return abbreviation;
  return sorted(given) === sorted(wanted) ? 1 : distance(candidate.toLowerCase(), name.toLowerCase());
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

function sorted(text: string): string {
  return Array.from(text).toSorted().join('');
}

/** What to say about an unknown name: the nearest known one, else all of them. */
export function suggest(name: string, known: Iterable<string>): { readonly expected?: string; readonly hint?: string } {
  const names = [...known];
  const close = nearest(name, names);
  if (close !== undefined) return { hint: `did you mean "${close}"?` };
  return names.length === 0 ? {} : { expected: oneOf(names) };
}

/** "a, b or c" in quotes; long lists are cut. */
export function oneOf(names: readonly string[]): string {
  return orList(names.map(name => `"${name}"`));
}

/** a, b or c; long lists are cut. */
export function orList(parts: readonly string[]): string {
  const listed = parts.slice(0, 40);
  if (parts.length > listed.length) return `${listed.join(', ')}, … (${parts.length} in all)`;
  return listed.length < 2 ? listed.join('') : `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`;
}
