/** Verdicts for the trials of a worker. Most are a moment away: all that are waited for are looked up in one statement. */
import type { Database } from '../../storage/postgres/database.ts';
import type { Measurement, Verdict } from '../../study/trial.ts';
import { report, verdictsOn, type Held } from './claims.ts';
import { wakeable } from './wakeable.ts';

export interface Verdicts {
  /**
   * What the coordinator says of a measurement; "refused" where the claim does not hold any more, "nobody" where no verdict
   * comes for long.
   * @param signal ends the wait, with "stop"
   */
  on(
    claim: Held,
    measurement: Measurement,
    bytes: number | undefined,
    signal: AbortSignal,
  ): Promise<Verdict | 'refused' | 'nobody'>;
  /** To be called when some may have come. */
  look(): void;
  close(): void;
}

interface Waiting {
  readonly study: number;
  readonly number: number;
  readonly step: number;
  readonly resolve: (verdict: Verdict) => void;
}

/** Milliseconds between two looks when nobody is notified. */
const pulse = 1000;

/**
 * @param patience seconds to wait for a verdict
 * @param fail told when the database is gone for good
 */
export function createVerdicts(
  database: Pick<Database, 'query' | 'notify'>,
  patience: number,
  fail: (error: unknown) => void,
): Verdicts {
  const waiting = new Map<string, Waiting>();
  const looks = wakeable(async () => {
    if (waiting.size === 0) return;
    for (const row of await verdictsOn(database, [...waiting.values()])) waiting.get(keyOf(row))?.resolve(row.verdict);
  }, fail);
  const timer = setInterval(looks.wake, pulse);

  const wait = ({ study, number }: Held, { step }: Measurement, signal: AbortSignal): Promise<Verdict | 'nobody'> => {
    const asked = { study, number, step };
    let giveUp: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    const verdict = new Promise<Verdict | 'nobody'>(resolve => {
      waiting.set(keyOf(asked), { ...asked, resolve });
      giveUp = setTimeout(() => resolve('nobody'), patience * 1000);
      stop = () => resolve('stop');
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    });
    // It may have come between the report and now.
    looks.wake();
    return verdict.finally(() => {
      waiting.delete(keyOf(asked));
      clearTimeout(giveUp);
      signal.removeEventListener('abort', stop!);
    });
  };

  return {
    async on(claim, measurement, bytes, signal) {
      const known = await report(database, claim, measurement, bytes);
      return known ?? wait(claim, measurement, signal);
    },
    look: looks.wake,
    close: () => clearInterval(timer),
  };
}

function keyOf({ study, number, step }: Omit<Waiting, 'resolve'>): string {
  return `${study}/${number}/${step}`;
}
