/** A line as a request: JSON with NaN and Infinity, an operation that exists, and the keys that it takes. */
import { TuneError } from '../errors.ts';
import { maxCharacters, parseDocument } from '../space/document.ts';
import { toProblems } from '../space/finding.ts';
import { check } from '../space/issues.ts';
import { isRecord, show } from '../space/json.ts';
import { suggest } from '../space/nearest.ts';
import type { Json } from '../space/space.ts';
import { operations, type Op, type Request } from './protocol.ts';

/** Characters of a line that tell that it is too long. */
export const longestLine = maxCharacters + 1;

/**
 * @param number of the line, from 1
 * @throws TuneError REQUEST_INVALID
 */
export function readRequest(line: string, number: number): Request {
  if (line.length >= longestLine)
    throw invalid({ message: `line ${number} is too long`, expected: `at most ${maxCharacters} characters` });
  const value = parse(line, number);
  if (!isRecord(value))
    throw invalid({ message: `the request is ${show(value)}`, expected: 'an object: {"op":"ask"}' });
  const { op } = value;
  if (op === undefined) throw invalid({ message: '"op" is missing', expected: 'a request such as {"op":"ask"}' });
  if (typeof op !== 'string' || !Object.hasOwn(operations, op))
    throw invalid({ message: `unknown op ${show(op)}`, ...suggest(String(op), Object.keys(operations)) });
  const { data, findings } = check<Request>(operations[op as Op].request, value);
  if (!data) throw invalid(...toProblems(findings));
  return data;
}

function parse(line: string, number: number): Json {
  try {
    return parseDocument(withQuotedNumbers(line), 'stdin').value;
  } catch (error) {
    if (!(error instanceof TuneError)) throw error;
    throw invalid(
      ...error.problems.map(({ where, ...problem }) => ({
        ...problem,
        where: { file: 'stdin', line: number, column: where!.column! },
      })),
    );
  }
}

/** Python's json writes NaN and Infinity as bare words. */
function withQuotedNumbers(line: string): string {
  if (!/NaN|Infinity/.test(line)) return line;
  return line.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, part =>
    part.startsWith('"') ? part : `"${part}"`,
  );
}

function invalid(...problems: ConstructorParameters<typeof TuneError>[1] & readonly object[]): TuneError {
  return new TuneError('REQUEST_INVALID', problems);
}
