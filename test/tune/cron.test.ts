/** Schedules of nights: what is refused, and when a night is due. */
import { describe, expect, test } from 'vitest';
import { checkCron, dueAt, nextDue, ownZone } from '../../src/tune/cron.ts';

describe('a cron expression', () => {
  test('that is none is refused with the field that is wrong', () => {
    const refusals = {
      '61 2 * * *': /minute "61": .*0-59/,
      '0 25 * * *': /hour "25": .*0-23/,
      '0 2 0 * *': /day of month "0"/,
      '0 2 * 13 *': /month "13"/,
      '0 2 * * 8': /day of week "8"/,
      '0 2 * * fri-x': /day of week "fri-x"/,
      '0 2 31 2 *': /"0 2 31 2 \*": /,
      '0 2 * *': /has 4 fields/,
      '0 0 2 * * *': /has 6 fields/,
      '@daily': /has 1 fields?/,
      ' ': /has 0 fields/,
    };
    for (const [cron, message] of Object.entries(refusals))
      expect(() => checkCron(cron), cron).toThrow(
        expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
      );
  });

  test('that is one is taken as it is', () => {
    for (const cron of ['30 1 * * *', '*/5 0-6 1,15 jan-mar mon-fri', '* * * * *']) expect(checkCron(cron)).toBe(cron);
    expect(checkCron(' 30  1 * * * ')).toBe('30 1 * * *');
  });
});

describe('a night', () => {
  const berlin = { cron: '30 2 * * *', zone: 'Europe/Berlin' };

  test('is due by the clock on the wall of its zone', () => {
    expect(dueAt(berlin, new Date('2026-07-02T00:29:59.999Z'))).toBe('2026-07-01 02:30');
    expect(dueAt(berlin, new Date('2026-07-02T00:30:00Z'))).toBe('2026-07-02 02:30');
    expect(dueAt({ ...berlin, zone: 'America/New_York' }, new Date('2026-07-02T00:30:00Z'))).toBe('2026-07-01 02:30');
    expect(nextDue(berlin, new Date('2026-07-02T00:30:00Z'))).toBe('2026-07-03 02:30');
    expect(dueAt({ cron: '* * * * *', zone: ownZone() }, new Date())).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  test('is one where the clocks are put back, and its hour comes twice', () => {
    const dues = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map(time => dueAt(berlin, new Date(time)));
    expect(new Set(dues)).toEqual(new Set(['2026-10-25 02:30']));
    expect(dueAt(berlin, new Date('2026-10-26T01:30:00Z')) > dues[0]!).toBe(true);
  });
});
