/** What a run came to, as a point of the trend of its study; and whether it has come to anything. */
import type { Night, Report } from './report.ts';

export function nightOf({ run, best, confirmed, comparison, history }: Report): Night {
  const fresh = confirmed?.find(({ trial, values }) => trial === best?.trial && values.length > 0);
  const value = fresh?.mean ?? best?.value;
  return {
    startedAt: run.startedAt,
    ...(value !== undefined && { value }),
    ...(fresh && { values: fresh.values }),
    ...(comparison && { outcome: comparison.verdict.outcome }),
    history: history.map(({ best }) => best),
  };
}

/** Whether the run came to an end of its own: one that was interrupted goes on, as does one that had its report made while it ran. */
export function isOver({ run }: Report): boolean {
  return run.stopped !== 'interrupted' && run.stopped !== 'running';
}
