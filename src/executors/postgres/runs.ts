/** What a coordinator reads of the trials that it has queued, and what it writes to them. */
import { mapValues } from '../../storage/postgres/event-text.ts';
import type { Asked, Database } from '../../storage/postgres/database.ts';
import type { Outcome } from '../../study/ports.ts';
import type { Measurement, Verdict } from '../../study/trial.ts';
import type { Ending } from './claims.ts';
import { channelOf } from './queues.ts';

export interface Unjudged {
  readonly number: number;
  readonly measurement: Measurement;
  readonly bytes?: number;
  /** Whether its trial has ended without waiting for a verdict. */
  readonly isOver: boolean;
}

export interface Judged extends Unjudged {
  readonly verdict: Verdict;
}

/** Rows at once. */
const most = 1000;

export interface Ended {
  readonly number: number;
  readonly outcome: Outcome;
  /** False where another coordinator has taken it over; its outcome is that one's. */
  readonly isMine: boolean;
}

export interface News {
  /** Steps of its trials that this coordinator has not seen, those that an earlier one has judged too. */
  readonly unjudged: readonly Unjudged[];
  /**
   * Trials that have ended or paused, all their steps judged; and those that are with another coordinator, or were until
   * their study knew how they ended.
   */
  readonly ended: readonly Ended[];
}

/** @param numbers the trials that it waits for */
export async function readNews(
  { query }: Asked,
  study: number,
  member: string,
  numbers: readonly number[],
): Promise<News> {
  interface Row {
    readonly number: number;
    /** Null where it tells of an end. */
    readonly step: number | null;
    readonly value: number;
    readonly metrics: Readonly<Record<string, number | string>> | null;
    readonly bytes: number | null;
    readonly isOver: boolean;
    readonly result: Ending;
    readonly isMine: boolean;
  }
  const rows = await query<Row>(
    `(SELECT number, step, value, metrics, bytes, state = 'done' AS "isOver", NULL::json AS result, true AS "isMine"
      FROM tune.epoch JOIN tune.trial USING (study, number)
      WHERE study = $1 AND coordinator = $2 AND judge IS DISTINCT FROM $2 ORDER BY number, step LIMIT $4)
     UNION ALL
     (SELECT asked.number, NULL, NULL, NULL, NULL, true, result, coordinator IS NOT DISTINCT FROM $2
      FROM unnest($3::int[]) AS asked (number)
      LEFT JOIN tune.trial ON trial.study = $1 AND trial.number = asked.number
      WHERE coordinator IS DISTINCT FROM $2 OR (state = 'done' AND NOT EXISTS (
        SELECT FROM tune.epoch WHERE epoch.study = $1 AND epoch.number = asked.number AND judge IS DISTINCT FROM $2
      )) ORDER BY asked.number)`,
    [study, member, numbers, most],
  );
  return {
    unjudged: rows.flatMap(({ number, step, value, metrics, bytes, isOver }) =>
      step === null
        ? []
        : {
            number,
            measurement: { step, value, ...(metrics && { metrics: mapValues(metrics, Number) }) },
            ...(bytes !== null && { bytes }),
            isOver,
          },
    ),
    ended: rows.flatMap(({ number, step, result, isMine }) =>
      step === null ? { number, outcome: result?.state === 'paused' ? 'paused' : result, isMine } : [],
    ),
  };
}

/**
 * Tells the workers. One that went on by an earlier coordinator's verdict hears no other one on that step. What concerns
 * trials that another coordinator has taken over by now is not said.
 */
export async function judge(
  { query, notify }: Asked & Pick<Database, 'notify'>,
  study: number,
  member: string,
  judged: readonly Judged[],
): Promise<void> {
  const owners = await query<{ owner: string }>(
    `WITH judged AS (
       SELECT * FROM unnest($3::int[], $4::int[], $5::text[]) AS given (number, step, verdict)
     ), mine AS (
       SELECT number FROM tune.trial WHERE study = $1 AND coordinator = $2 AND number = ANY($3) FOR SHARE
     ), told AS (
       UPDATE tune.epoch SET verdict = judged.verdict, judge = $2 FROM judged JOIN mine USING (number)
       WHERE epoch.study = $1 AND epoch.number = judged.number AND epoch.step = judged.step
       RETURNING epoch.number
     )
     SELECT DISTINCT owner FROM tune.trial
     WHERE study = $1 AND owner IS NOT NULL AND number IN (SELECT number FROM told)`,
    [
      study,
      member,
      judged.map(({ number }) => number),
      judged.map(({ measurement }) => measurement.step),
      judged.map(({ verdict }) => verdict),
    ],
  );
  for (const { owner } of owners) notify(channelOf(owner));
}

/**
 * Trials that their study knows to have ended. Those that were begun more than once stay: whoever began them first may have
 * been stopped just before he queued them.
 */
export async function forget({ query }: Asked, study: number, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return;
  await query("DELETE FROM tune.trial WHERE study = $1 AND number = ANY($2) AND state = 'done' AND run = 1", [
    study,
    numbers,
  ]);
}
