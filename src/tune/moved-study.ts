/** A study under another name, and with its reports in another folder: what happened stays the same. */
import { resolve } from 'node:path';
import { TuneError } from '../errors.ts';
import type { StudyEvent } from '../study/events.ts';
import { recordedPath } from './study-facts.ts';
import type { StudyPlace } from './study-place.ts';

type Place = Pick<StudyPlace, 'name' | 'folder'>;

/** @throws TuneError USAGE for a study that Optuna began */
export function movedStudy(events: readonly StudyEvent[], from: Place, to: Place): readonly StudyEvent[] {
  if (events[0]?.type !== 'study-created')
    throw new TuneError('USAGE', {
      message: events.length === 0 ? `nothing has happened in "${from.name}"` : `Optuna began "${from.name}"`,
      hint: events.length === 0 ? 'wait for its first trial' : 'it becomes a study of ours with `tune import`',
    });
  return events.map(event => {
    if (event.type !== 'study-created') return event;
    const { file } = event;
    // It says the way from the folder.
    const moved = file !== undefined && { file: recordedPath(to.folder, resolve(from.folder, file)) };
    return { ...event, study: to.name, ...moved };
  });
}
