/** JSON as Python writes it, from files of any size: NaN and the infinities become text, which Number() reads. */
import { messageOf } from '../../errors.ts';
import { forbiddenKeys, maxDepth } from '../../space/document.ts';
import { isList, isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import { quoteNumbers } from '../journal-line.ts';
import { refuseFile } from './foreign-study.ts';

/** @throws TuneError IMPORT_INVALID, with the line where it is known */
export function parseJsonFile(bytes: Buffer, file: string): Json {
  const text = bytes.toString().replace(/^\uFEFF/, '');
  const value = parse(text, () => {
    const quoted = quoteNumbers(text);
    return parse(quoted, error => refuseSyntax(error, quoted, file));
  });
  refuseOdd(value, file, 0);
  return value;
}

function parse(text: string, otherwise: (error: unknown) => Json): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    return otherwise(error);
  }
}

function refuseSyntax(error: unknown, text: string, file: string): never {
  const place = /position (\d+)/.exec(messageOf(error))?.[1];
  const before = place === undefined ? text.trimEnd() : text.slice(0, Number(place));
  const message = messageOf(error).replace(/ in JSON at position.*| in JSON$|, \.{3}.*|,? "[^]*is not valid JSON/, '');
  refuseFile(file, { message: `this is no JSON: ${message}` }, before.split('\n').length);
}

function refuseOdd(value: Json, file: string, depth: number): void {
  if (depth > maxDepth)
    refuseFile(file, { message: 'too many nested brackets', expected: `at most ${maxDepth} levels` });
  if (isList(value)) for (const part of value) refuseOdd(part, file, depth + 1);
  else if (isRecord(value))
    for (const [key, part] of Object.entries(value)) {
      if (forbiddenKeys.has(key)) refuseFile(file, { message: `the key "${key}" is not allowed` });
      refuseOdd(part, file, depth + 1);
    }
}
