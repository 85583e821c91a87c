/** The text of a space file as JSON with comments and trailing commas, and where each of its parts stands. */
import {
  createScanner,
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { TuneError, type Location, type Problem } from '../errors.ts';
import type { Finding, Path } from './finding.ts';
import type { Json } from './space.ts';

export interface Document {
  readonly value: Json;
  /** Where a finding is; the nearest enclosing part when its path is not in the file. */
  locate(finding: Pick<Finding, 'path' | 'at' | 'within'>): Location;
}

export const maxCharacters = 1_048_576;
/** What a file is expected to be. */
export const sizeExpected = 'at most 1 MB of JSON';
export const maxDepth = 64;

/** Names that mean something to JavaScript objects; no file needs them. */
export const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** @throws TuneError SPACE_INVALID for anything that is not JSON, for duplicate keys, and for files that are too large or too deep */
export function parseDocument(input: string, file: string): Document {
  const text = input.startsWith('\uFEFF') ? input.slice(1) : input;
  const fail = (message: string, start: number, length: number, advice: Partial<Problem> = {}): never => {
    throw new TuneError('SPACE_INVALID', { message, where: locationAt(text, file, start, length), ...advice });
  };
  if (text.length > maxCharacters) fail(`the file has ${text.length} characters`, 0, 1, { expected: sizeExpected });
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) fail('too many nested brackets', tooDeep, 1, { expected: `at most ${maxDepth} levels` });

  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error || !root) {
    const { offset, length, ...problem } = describeSyntaxError(text, root, errors);
    return fail(problem.message, offset, length, problem);
  }

  const locate: Document['locate'] = ({ path, at, within }) => {
    const { node, rest } = find(root, path);
    if (within && rest.length === 0) {
      const start = rawOffset(text, node, within.start);
      return locationAt(text, file, start, rawOffset(text, node, within.start + within.length) - start);
    }
    const key = node.parent?.type === 'property' ? node.parent.children![0]! : undefined;
    const target = key && (at === 'key' || rest.length > 0) ? key : node;
    return locationAt(text, file, target.offset, target.length);
  };
  const refusals: Refusal[] = [];
  const value = toValue(root, refusals);
  const problems = refusals.map(({ node, ...problem }) => ({
    ...problem,
    where: locationAt(text, file, node.offset, node.length),
  }));
  if (problems.length > 0) throw new TuneError('SPACE_INVALID', problems);
  return { value, locate };
}

function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  const endOfFile = 17;
  let depth = 0;
  while ((scanner.scan() as number) !== endOfFile) {
    const character = scanner.getTokenLength() === 1 ? text[scanner.getTokenOffset()] : '';
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    if (depth > maxDepth) return scanner.getTokenOffset();
  }
  return undefined;
}

const syntaxErrors: Readonly<Record<string, { readonly message?: string; readonly expected?: string }>> = {
  InvalidSymbol: { expected: 'a JSON value: text in double quotes, a number, true, false, null, [ … ] or { … }' },
  PropertyNameExpected: { expected: 'a key in double quotes' },
  ValueExpected: { expected: 'a value' },
  ColonExpected: { expected: '":" between a key and its value' },
  CommaExpected: { expected: '"," before this, or a closing bracket' },
  CloseBraceExpected: { expected: '"}"' },
  CloseBracketExpected: { expected: '"]"' },
  EndOfFileExpected: { expected: 'the end of the file' },
  UnexpectedEndOfComment: { message: 'the comment has no end', expected: '"*/"' },
  UnexpectedEndOfString: { message: 'the text has no end on its line', expected: 'a closing double quote' },
  UnexpectedEndOfNumber: { message: 'the number is not complete', expected: 'a digit' },
  InvalidUnicode: { message: 'this is no Unicode escape', expected: '\\u and four hexadecimal digits' },
  InvalidEscapeCharacter: {
    message: 'the text holds an unknown escape',
    expected: '\\n, \\t, \\", \\u and four digits, or \\\\ for the backslash itself',
  },
  InvalidCharacter: { message: 'the text holds a control character', expected: 'an escape such as \\t' },
};

/** What other languages allow. */
const foreignSyntax = [
  { pattern: /^'/, problem: { message: 'text in single quotes', expected: 'double quotes' } },
  { pattern: /^[.+]/, problem: { message: 'a number that JSON does not know', expected: 'a digit first: 0.1' } },
];

/** What is wrong first, and where: at the end of the text for what is missing there. */
function describeSyntaxError(
  text: string,
  root: Node | undefined,
  [first, second]: readonly ParseError[],
): Omit<Problem, 'where'> & { readonly offset: number; readonly length: number } {
  const { offset = 0, length = 0 } = first ?? {};
  const found = text.slice(offset, offset + length);
  const end = { offset: text.trimEnd().length, length: 1 };
  const object = { expected: 'a JSON object: { … }' };
  if (!root && found === '') return { message: 'the file is empty', ...object, ...end };
  // A bare word in place of a key is noticed twice; the second says what it stands in place of.
  const [code, next] = [first, second].map(other => other && printParseErrorCode(other.error));
  const isKey = code === 'InvalidSymbol' && next === 'PropertyNameExpected';
  const known = syntaxErrors[(isKey ? next : code) ?? ''];
  if (found === '') return { message: 'the file ends too early', ...known, ...end };
  const foreign = foreignSyntax.find(({ pattern }) => pattern.test(found))?.problem;
  return { message: `unexpected ${found}`, ...(root ? known : object), ...foreign, offset, length };
}

type Refusal = Problem & { readonly node: Node };

/** The JSON value of a node; refuses what JSON.parse lets pass: duplicate keys, names of JavaScript, infinite numbers. */
function toValue(node: Node, refusals: Refusal[]): Json {
  if (node.type === 'array') return (node.children ?? []).map(child => toValue(child, refusals));
  if (node.type === 'object') return Object.fromEntries(toEntries(node, refusals));
  if (node.type === 'number' && !Number.isFinite(node.value))
    refusals.push({ node, message: 'the number is too large', expected: 'a number up to 1.8e308' });
  return node.value as Json;
}

function toEntries(object: Node, refusals: Refusal[]): readonly (readonly [string, Json])[] {
  const keys = new Set<string>();
  return (object.children ?? []).map(({ children }) => {
    const [node, value] = children as [Node, Node];
    const key = node.value as string;
    if (keys.has(key)) refusals.push({ node, message: `the key "${key}" appears twice`, hint: 'remove one of them' });
    if (forbiddenKeys.has(key))
      refusals.push({ node, message: `the key "${key}" is not allowed`, expected: 'another name' });
    keys.add(key);
    return [key, toValue(value, refusals)];
  });
}

/** The node at a path, or the deepest one on the way, and what is left of the path. */
function find(root: Node, path: Path): { node: Node; rest: Path } {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) return { node, rest: path.slice(length) };
  }
  return { node: root, rest: path };
}

/** Where the nth character of a text stands in the file, escapes counted as one. */
function rawOffset(text: string, node: Node, index: number): number {
  let offset = node.offset + 1;
  for (let left = index; left > 0; left--) offset += text[offset] !== '\\' ? 1 : text[offset + 1] === 'u' ? 6 : 2;
  return offset;
}

function locationAt(text: string, file: string, offset: number, length: number): Location {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const found = text.indexOf('\n', offset);
  const source = text.slice(start, found < 0 ? text.length : found).replace(/\r$/, '');
  const column = offset - start + 1;
  const line = text.slice(0, offset).split('\n').length;
  const left = source.length - column + 1;
  return { file, line, column, length: length > left ? 1 : Math.max(1, length), source };
}
