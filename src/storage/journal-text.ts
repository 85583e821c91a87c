/** A whole journal at once, for studies that happened elsewhere. */
import type { StudyEvent } from '../study/events.ts';
import { formatLine } from './journal-line.ts';
import { linesOf } from './journal-writer.ts';
import { createReplay } from './replay.ts';

export function journalText(events: Iterable<StudyEvent>): string {
  return [...journalLines(events)].join('');
}

/** Its lines, with their line breaks. */
export function* journalLines(events: Iterable<StudyEvent>): Generator<string> {
  const replay = createReplay();
  let seq = 0;
  for (const event of events)
    for (const line of linesOf(event, replay)) {
      yield `${formatLine(line, seq++)}\n`;
      replay.apply(line);
    }
}
