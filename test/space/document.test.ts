import { describe, expect, test } from 'vitest';
import { formatProblem, TuneError } from '../../src/errors.ts';
import { parseDocument } from '../../src/space/document.ts';
import type { Finding } from '../../src/space/finding.ts';

function refusalOf(text: string): TuneError {
  try {
    parseDocument(text, 'f.json');
  } catch (error) {
    if (error instanceof TuneError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

/** "line:column text" of what a finding points at. */
function pointedAt(text: string, finding: Partial<Finding>): string {
  const { line, column, length, source } = parseDocument(text, 'f.json').locate({ path: [], ...finding });
  return `${line}:${column} ${source!.slice(column! - 1, column! - 1 + length!)}`;
}

describe('values', () => {
  test('are those of JSON', () => {
    const value = { a: [1, -2.5e3, true, null, 'x\u00e9\n"'], b: {}, 'c d': [] };
    expect(parseDocument(JSON.stringify(value), 'f.json').value).toEqual(value);
  });

  test('may have comments, trailing commas and a byte order mark', () => {
    const text = '\ufeff// first\n{ "a": 1, /* second */ "b": [1, 2,], }';
    expect(parseDocument(text, 'f.json').value).toEqual({ a: 1, b: [1, 2] });
  });

  test('leave Object.prototype alone', () => {
    expect(() => parseDocument('{ "__proto__": { "polluted": 1 } }', 'f.json')).toThrow('"__proto__" is not allowed');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('64 brackets deep are enough, brackets in texts and comments aside', () => {
    expect(parseDocument(`${'['.repeat(64)}${']'.repeat(64)}`, 'f.json').value).toBeDefined();
    expect(refusalOf(`${'['.repeat(65)}${']'.repeat(65)}`).problems[0]).toMatchObject({ where: { column: 65 } });
    expect(parseDocument(`["${'['.repeat(100)}" /* ${'{'.repeat(100)} */]`, 'f.json').value).toEqual(['['.repeat(100)]);
  });

  test('a hundred thousand brackets do not exhaust the stack', () => {
    expect(refusalOf('['.repeat(100_000)).message).toContain('too many nested brackets');
  });
});

describe('places', () => {
  const text = '{\n  "a": { "b": [10, 20] },\n  "c": "x"\n}';

  test('are those of the value, or of its key', () => {
    expect(pointedAt(text, { path: ['a', 'b', 1] })).toBe('2:20 20');
    expect(pointedAt(text, { path: ['c'] })).toBe('3:8 "x"');
    expect(pointedAt(text, { path: ['c'], at: 'key' })).toBe('3:3 "c"');
    expect(pointedAt(text, { path: ['a', 'b', 1], at: 'key' })).toBe('2:20 20');
  });

  test('are those of the nearest key around what is not there', () => {
    expect(pointedAt(text, { path: ['a', 'b', 7] })).toBe('2:10 "b"');
    expect(pointedAt(text, { path: ['a', 'x', 'y'] })).toBe('2:3 "a"');
    expect(pointedAt(text, { path: ['x'] })).toBe('1:1 {');
  });

  test('end with their line', () => {
    expect(pointedAt('{ "a": [1,\n2] }', { path: ['a'] })).toBe('1:8 [');
  });

  test('count lines that end as on Windows, and have no carriage return in them', () => {
    const location = parseDocument('{\r\n  "a": 1,\r\n  "b": 2\r\n}', 'f.json').locate({ path: ['b'] });
    expect(location).toEqual({ file: 'f.json', line: 3, column: 8, length: 1, source: '  "b": 2' });
  });

  test('do not count a byte order mark', () => {
    expect(pointedAt('\ufeff{ "a": 1 }', { path: ['a'] })).toBe('1:8 1');
  });

  test('count a tab as one column, and the caret stays below its character', () => {
    expect(formatProblem(refusalOf('{\n\t\t"a": tru\n}').problems[0]!)).toBe(
      'f.json:2:8: unexpected tru\n' +
        '      "a": tru\n' +
        '           ^^^\n' +
        '    expected a JSON value: text in double quotes, a number, true, false, null, [ … ] or { … }',
    );
  });

  test('count characters beyond ASCII', () => {
    expect(pointedAt('{ "größe": "äöü", "n": 1 }', { path: ['n'] })).toBe('1:24 1');
  });

  test('lie inside of texts, with escapes counted as the characters they stand for', () => {
    const escaped = String.raw`["a\"b\u00e9\\c < 3"]`;
    const at = (start: number, length: number): string => pointedAt(escaped, { path: [0], within: { start, length } });
    expect(at(0, 1)).toBe('1:3 a');
    expect(at(1, 1)).toBe(String.raw`1:4 \"`);
    expect(at(3, 1)).toBe(String.raw`1:7 \u00e9`);
    expect(at(4, 2)).toBe(String.raw`1:13 \\c`);
    expect(at(7, 1)).toBe('1:17 <');
  });

  test('in a file of one long line are shown with what is around them', () => {
    const minified = `{"a":[${'1,'.repeat(5000)}tru]}`;
    const [message, source, caret] = formatProblem(refusalOf(minified).problems[0]!).split('\n');
    expect(message).toBe('f.json:1:10007: unexpected tru');
    expect(source!.length).toBeLessThan(125);
    expect(source!.slice(caret!.indexOf('^'), caret!.lastIndexOf('^') + 1)).toBe('tru');
  });
});

describe('mistakes in the syntax', () => {
  test.each([
    ['', '1:1 the file is empty'],
    [' \n\n', '1:1 the file is empty'],
    ['// { }', '1:7 the file is empty'],
    ['{ "a": 1', '1:9 the file ends too early'],
    ['{ "a": [1,\n\n', '1:11 the file ends too early'],
    ['{ a: 1 }', '1:3 unexpected a'],
    ["{ 'a': 1 }", '1:3 text in single quotes'],
    ['{ "a": .5 }', '1:8 a number that JSON does not know'],
    ['{ "a": +5 }', '1:8 a number that JSON does not know'],
    ['{ "a" 1 }', '1:7 unexpected 1'],
    ['{ "a": 1 "b": 2 }', '1:10 unexpected "b"'],
    ['{ "a": "x }', '1:8 the text has no end on its line'],
    ['{ "a": 1 } x', '1:12 unexpected x'],
    ['{ /* }', '1:3 the comment has no end'],
    ['{ "a": "\t" }', '1:8 the text holds a control character'],
    ['{ "a": "\\u00" }', '1:8 this is no Unicode escape'],
  ])('%j', (text, expected) => {
    const { problems } = refusalOf(text);
    expect(problems.map(({ message, where }) => `${where?.line}:${where?.column} ${message}`)).toEqual([expected]);
  });

  test('all duplicate keys, forbidden names and numbers without end are named at once', () => {
    const text = '{ "a": 1, "a": 1e400, "b": { "constructor": 1, "c": 1, "c": 2 } }';
    expect(refusalOf(text).problems.map(({ message }) => message)).toEqual([
      'the key "a" appears twice',
      'the number is too large',
      'the key "constructor" is not allowed',
      'the key "c" appears twice',
    ]);
  });
});
