/** "Did you mean": the known name that a mistyped one is closest to. */
import { distance } from 'fastest-levenshtein';

/** The closest known name, when it is close enough to be meant; batch_size and batchsize are batchSize. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const candidates = [...known].map(candidate => ({
    candidate,
    edits: plain(candidate) === plain(name) ? 0 : distance(candidate.toLowerCase(), name.toLowerCase()),
  }));
  candidates.sort((a, b) => a.edits - b.edits);
  const [best] = candidates;
  return best && best.edits <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
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
  const listed = names.slice(0, 40).map(name => `"${name}"`);
  if (names.length > listed.length) return `${listed.join(', ')}, … (${names.length} in all)`;
  return listed.length < 2 ? listed.join('') : `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`;
}
