/** When nights are due: a cron expression, read in a time zone. */
import cronParser from 'cron-parser';
import { messageOf, TuneError } from '../errors.ts';

export interface Schedule {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** Such as Europe/Berlin. */
  readonly zone: string;
}

const fields = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const;
const expected = `five fields: ${fields.join(', ')}; "30 1 * * *" is 1:30 every night`;

/** @throws TuneError USAGE that names the field */
export function checkCron(cron: string): string {
  const given = cron.trim().split(/\s+/);
  const refuse = (message: string): never => {
    throw new TuneError('USAGE', { message: `--schedule: ${message}`, expected });
  };
  if (given.length !== fields.length) refuse(`"${cron}" has ${cron.trim() === '' ? 0 : given.length} fields`);
  for (const [index, field] of fields.entries()) {
    const flaw = flawOf(given.map((text, other) => (other === index ? text : '*')).join(' '));
    if (flaw !== undefined) refuse(`${field} "${given[index]}": ${flaw}`);
  }
  const flaw = flawOf(given.join(' '));
  if (flaw !== undefined) refuse(`"${cron}": ${flaw}`);
  return given.join(' ');
}

function flawOf(cron: string): string | undefined {
  try {
    cronParser.parseExpression(cron);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * The newest time that is due by now, as a clock on the wall shows it: in autumn the hour that comes twice has one night. Such
 * texts are in the order of time.
 */
export function dueAt({ cron, zone }: Schedule, now: Date): string {
  // What is due at this very millisecond is due.
  const currentDate = new Date(now.getTime() + 1);
  return onTheWall(cronParser.parseExpression(cron, { currentDate, tz: zone }).prev().toDate(), zone);
}

/** The next time after now. */
export function nextDue({ cron, zone }: Schedule, now: Date): string {
  return onTheWall(cronParser.parseExpression(cron, { currentDate: now, tz: zone }).next().toDate(), zone);
}

/** "2026-11-27 01:30" */
function onTheWall(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(time);
}

/** That of this machine. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
