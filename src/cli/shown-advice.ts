/** What `tune advise` says and writes. */
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import type { Advice } from '../report/advice/advice.ts';
import { shellWord } from '../report/reproduce.ts';
import { readSpaceText } from '../space/parse.ts';
import { printable } from '../text.ts';
import { applyAdvice } from '../tune/apply-advice.ts';
import { nextName, writeCopy } from './advised-copy.ts';
import { shownPath } from './files.ts';
import { spaceFileOf } from './recorded-file.ts';
import type { Shown } from './shown.ts';
import type { StoredStudy } from '../tune/stored-study.ts';
import { readStudy, type Studies } from './studies.ts';

export async function showAdvice(studies: Studies, name: string): Promise<Shown> {
  const stored = await readStudy(studies, name);
  const advice = adviceIn(stored);
  const isPatched = advice.some(({ patch }) => patch.length > 0);
  const lines = [
    ...(advice.length === 0 ? [`nothing to advise: the newest report of ${printable(name)} found no flaw`] : []),
    ...advice.flatMap(adviceLines),
    ...(isPatched ? ['', `next: npx tune advise ${shellWord(name)} --apply`] : []),
  ];
  return { lines, data: { study: name, report: stored.files.json, advice } };
}

function adviceLines({ rule, text, confidence, patch }: Advice, index: number): string[] {
  const operations = patch.map(operation => {
    const value = operation.op === 'remove' ? '' : ` ${JSON.stringify(operation.value)}`;
    return `     ${operation.op} ${operation.path}${value}`;
  });
  return [`${index + 1}. ${text}`, `   ${rule}, ${confidence} confidence`, ...operations].map(printable);
}

/**
 * @param output path of the copy. Default: beside the space file
 * @throws TuneError USAGE where the copy cannot be there, or FILE_UNREADABLE
 */
export async function applyTo(studies: Studies, name: string, output: string | undefined): Promise<Shown> {
  const stored = await readStudy(studies, name);
  if (stored.source.journal === undefined)
    throw new TuneError('USAGE', {
      message: `the copy begins with the best configurations of a journal, and "${name}" has none`,
      hint: `tune copy <address> ${shellWord(name)}`,
    });
  const advice = adviceIn(stored);
  const path = resolve(spaceFileOf(stored));
  const target = resolve(output ?? `${dirname(path)}/${nextName(basename(path), '.advised')}`);
  const copyName = nextName(name, '-advised');
  const warmStart = relative(dirname(path), stored.folder).split(sep).join('/');
  const copy = applyAdvice(await readSpaceText(path), advice, { path, name: copyName, warmStart });
  const { applied } = copy;
  if (applied.length > 0) await writeCopy(copy.text, path, target);
  const left = copy.left.map(({ advice: { rule, text }, why }) => ({ rule, text, why }));
  const others = advice.filter(({ patch }) => patch.length === 0);
  const lines = [
    applied.length === 0
      ? 'no copy was written: no advice can be applied'
      : `wrote ${shownPath(target)}: study ${printable(copyName)}, which follows ${applied.length} of ${advice.length} pieces of advice`,
    ...applied.map(({ text }) => `  ${printable(text)}`),
    ...left.map(({ rule, why }) => `left out: ${rule} (${printable(why)})`),
    ...others.map(({ text }) => `by hand: ${printable(text)}`),
    ...(applied.length === 0 ? [] : [`next: npx tune ${shellWord(relative('', target))}`]),
  ];
  const written = applied.length > 0 && { file: target, name: copyName };
  return { lines, data: { study: name, ...written, applied: applied.map(({ rule, text }) => ({ rule, text })), left } };
}

const operation = z.union([
  z.object({ op: z.enum(['add', 'replace']), path: z.string(), value: z.json() }),
  z.object({ op: z.literal('remove'), path: z.string() }),
]);
const list = z.array(
  z.looseObject({ rule: z.string(), text: z.string(), confidence: z.string(), patch: z.array(operation) }),
);

/** @throws TuneError USAGE where there is no report, FILE_UNREADABLE where someone has written over it */
function adviceIn({ name, report, files }: StoredStudy): readonly Advice[] {
  if (!report)
    throw new TuneError('USAGE', {
      message: `"${name}" has no report yet`,
      hint: 'advice comes with the report of a run',
    });
  const { data } = list.safeParse(report.advice ?? []);
  if (data) return data as unknown as readonly Advice[];
  throw new TuneError('FILE_UNREADABLE', {
    message: 'the advice of this report is not what a report has',
    where: { file: files.json! },
  });
}
