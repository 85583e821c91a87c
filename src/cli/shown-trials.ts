/** What `tune trials` says. */
import { trialTable } from '../report/trial-table.ts';
import { bestTrials } from '../study/best-trial.ts';
import type { Direction } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import type { Shown } from './shown.ts';
import { readStudy, type Studies } from './studies.ts';
import type { TrialsOptions } from './trials.ts';

export async function showTrials(studies: Studies, name: string, options: TrialsOptions): Promise<Shown> {
  const { study, trials, parameters } = await readStudy(studies, name);
  const { direction = 'minimize', directions = [direction] } = study ?? {};
  const chosen = choose(trials, directions, options);
  const lines = chosen.length > 0 ? trialTable(chosen, parameters) : ['no such trials'];
  return { lines, data: { study: name, direction, directions, trials: chosen } };
}

function choose(
  trials: readonly Trial[],
  directions: readonly Direction[],
  { state: states, sort, limit }: TrialsOptions,
): readonly Trial[] {
  const wanted = trials.filter(({ state }) => states?.includes(state) ?? true);
  return (sort === 'value' ? byValue(wanted, directions) : wanted).slice(0, limit);
}

/** The complete ones, best first; then the others. The value of one that was pruned does not compare. */
function byValue(trials: readonly Trial[], directions: readonly Direction[]): readonly Trial[] {
  const best = bestTrials(trials, directions, trials.length);
  const ranked = new Set(best);
  return [...best, ...trials.filter(trial => !ranked.has(trial))];
}
