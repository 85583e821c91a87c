/** A whole journal at once, for studies that happened elsewhere. */
import type { StudyEvent } from '../study/events.ts';
import { formatLine } from './journal-line.ts';
import { linesOf } from './journal-writer.ts';
import { createReplay } from './replay.ts';

export function journalText(events: Iterable<StudyEvent>): string {
  const replay = createReplay();
  const texts: string[] = [];
  for (const event of events)
    for (const line of linesOf(event, replay)) {
      texts.push(`${formatLine(line, texts.length)}\n`);
      replay.apply(line);
    }
  return texts.join('');
}
