/** A copy of a space file that follows advice: its patches, with comments and layout as they were. */
import { applyEdits, modify } from 'jsonc-parser';
import { TuneError } from '../errors.ts';
import type { Advice, PatchOperation } from '../report/advice/advice.ts';
import { applyPatch, pathOf } from '../report/advice/json-patch.ts';
import { setIn } from '../report/advice/patches.ts';
import { parseDocument } from '../space/document.ts';
import { equalJson, isList, isRecord } from '../space/json.ts';
import { parseSpaceText } from '../space/parse.ts';
import type { Json } from '../space/space.ts';
import { sections } from './sections.ts';

export interface AdvisedCopy {
  readonly text: string;
  readonly applied: readonly Advice[];
  /** What the copy does not follow, and why. */
  readonly left: readonly { readonly advice: Advice; readonly why: string }[];
}

export interface CopyOptions {
  /** Where the text is from, and where the copy is to be. */
  readonly path: string;
  /** Of the copy's study. */
  readonly name: string;
  /** What the copy begins with: path of the study, from the folder of the file. */
  readonly warmStart: string;
}

/**
 * Applies advice in its order: of several pieces that change the same place the first counts. What would make the file
 * invalid is left out, as is what has no place in it any more.
 * @throws TuneError SPACE_INVALID where the file itself is invalid
 */
export function applyAdvice(
  given: string,
  advice: readonly Advice[],
  { path, name, warmStart }: CopyOptions,
): AdvisedCopy {
  let text = given.replace(/^\uFEFF/, '');
  parseSpaceText(text, path, sections);
  const touched: string[] = [];
  const applied: Advice[] = [];
  const left: { advice: Advice; why: string }[] = [];
  for (const each of advice.filter(({ patch }) => patch.length > 0)) {
    const places = each.patch.map(operation => placeOf(operation.path));
    const isTaken = places.some(place => touched.some(other => overlaps(place, other)));
    const tried = isTaken
      ? { why: 'an earlier piece of advice changes the same place' }
      : tryPatch(text, each.patch, path);
    if ('why' in tried) {
      left.push({ advice: each, why: tried.why });
      continue;
    }
    ({ text } = tried);
    touched.push(...places);
    applied.push(each);
  }
  return { text: asStudy(text, path, name, warmStart), applied, left };
}

/** Of two bounds of a parameter one may need the other: a parameter is one place. */
function placeOf(pointer: string): string {
  return /^\/space\/[^/]*/.exec(pointer)?.[0] ?? pointer;
}

function overlaps(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

/** The text with a patch, or why there is none. */
function tryPatch(
  text: string,
  patch: readonly PatchOperation[],
  path: string,
): { readonly text: string } | { readonly why: string } {
  const changed = edited(text, patch, path);
  if (changed === undefined) return { why: 'the file is not what it was when the report was written' };
  try {
    parseSpaceText(changed, path, sections);
    return { text: changed };
  } catch (error) {
    if (!(error instanceof TuneError)) throw error;
    return { why: `the file would be invalid: ${error.problems[0]!.message}` };
  }
}

/** Undefined where an operation has no place in the document. */
function edited(text: string, patch: readonly PatchOperation[], path: string): string | undefined {
  const wanted = applyPatch(valueOf(text, path), patch);
  if (wanted === undefined) return undefined;
  const formattingOptions = {
    insertSpaces: !/^\t/m.test(text),
    tabSize: 2,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  const changed = patch.reduce((before, operation) => {
    const place = [...pathOf(operation.path, valueOf(before, path))!];
    const value: unknown = operation.op === 'remove' ? undefined : operation.value;
    const isArrayInsertion = operation.op === 'add' && typeof place.at(-1) === 'number';
    return applyEdits(before, modify(before, place, value, { formattingOptions, isArrayInsertion }));
  }, text);
  return equalJson(valueOf(changed, path), wanted) ? changed : undefined;
}

function valueOf(text: string, path: string): Json {
  return parseDocument(text, path).value;
}

/** A study of its own, that begins with the best configurations of the one before: its budget is not spent yet. */
function asStudy(text: string, path: string, name: string, warmStart: string): string {
  const value = valueOf(text, path);
  const search = isRecord(value) && isRecord(value['search']) ? value['search'] : {};
  const known = isList(search['warmStart']) ? search['warmStart'] : [];
  const others = known.filter(study => study !== warmStart);
  const written = value as Readonly<Record<string, Json>>;
  const patch = [...setIn(written, ['name'], name), ...setIn(written, ['search', 'warmStart'], [...others, warmStart])];
  return edited(text, patch, path)!;
}
