/** The space file that a study was begun with. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TuneError } from '../errors.ts';
import { recordedFile } from '../tune/study-facts.ts';
import { shownPath } from './files.ts';
import type { StoredStudy } from '../tune/stored-study.ts';

/** @throws TuneError USAGE where the study does not know it, FILE_UNREADABLE where the file is somewhere else now */
export function spaceFileOf({ name, folder, study, report }: StoredStudy): string {
  // Whoever ran the study last may have had the file in another place: the report has that as it was given then.
  const given = report?.study.spaceFile;
  const paths = [study && recordedFile(folder, study), given === undefined ? undefined : resolve(given)];
  const known = paths.filter(path => path !== undefined);
  const path = known.find(path => existsSync(path));
  if (path !== undefined) return path;
  const hint = 'give it: tune <space.json>';
  if (known.length === 0) throw new TuneError('USAGE', { message: `"${name}" does not know its space file`, hint });
  throw new TuneError('FILE_UNREADABLE', {
    message: `the space file of "${name}" is not there any more: ${shownPath(known[0]!)}`,
    hint,
  });
}
