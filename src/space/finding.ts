/** Something wrong with a JSON value, located by its path; where that is in a file is decided at the end. */
import type { Problem } from '../errors.ts';

/** Keys and indices from the root of the file. */
export type Path = readonly (string | number)[];

export interface Finding extends Omit<Problem, 'where' | 'path'> {
  readonly path: Path;
  /** Points at the key instead of its value. */
  readonly at?: 'key';
  /** The part of a text value that is meant, in characters of that text. */
  readonly within?: { readonly start: number; readonly length: number };
}

/** More than this many problems help nobody. */
const shown = 50;

/** The problems of an error, in the order of the file, without repetitions. */
export function toProblems(findings: readonly Finding[], locate?: (finding: Finding) => Problem['where']): Problem[] {
  const problems = findings.map(finding => toProblem(finding, locate));
  const position = ({ where }: Problem): number => (where?.line ?? 0) * 1e7 + (where?.column ?? 0);
  const ordered = problems.toSorted((a, b) => position(a) - position(b));
  const unique = [...new Map(ordered.map(problem => [JSON.stringify(problem), problem])).values()];
  const rest = unique.length - shown;
  return rest > 0 ? [...unique.slice(0, shown), { message: `and ${rest} more problems` }] : unique;
}

function toProblem(finding: Finding, locate?: (finding: Finding) => Problem['where']): Problem {
  const { path, at: _, within: __, ...problem } = finding;
  const where = locate?.(finding);
  if (where) return { ...problem, where };
  return path.length === 0 ? problem : { ...problem, message: `${path.join('.')}: ${problem.message}` };
}
