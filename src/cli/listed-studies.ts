/** What `tune list` says: one line for each study. */
import { messageOf } from '../errors.ts';
import { printable } from '../text.ts';
import { left, right, textTable } from '../report/columns.ts';
import { countStates, trialStates } from '../report/trial-states.ts';
import { formatValues } from '../report/trial-table.ts';
import { hasEnded } from '../study/count-finished.ts';
import type { TrialState } from '../study/trial.ts';
import type { Shown } from './shown.ts';
import type { StudyUser } from '../storage/study-source.ts';
import type { StudyPlace } from '../tune/study-place.ts';
import { readPlace, type Studies } from './studies.ts';

type Overview =
  | { readonly study: string; readonly state: 'unreadable'; readonly message: string }
  | {
      readonly study: string;
      /** "in use" by a process; "open" where trials run or wait, and no process has the study; else "idle". */
      readonly state: 'in use' | 'open' | 'idle';
      /** The process that has it open, and its machine, where that may be another one. */
      readonly pid?: number;
      readonly host?: string;
      /** Numbers of trials. */
      readonly trials: Readonly<Record<TrialState | 'all', number>>;
      readonly best?: { readonly trial: number; readonly value: number; readonly values?: readonly number[] };
      /** ISO time at which the last trial ended or began. */
      readonly last?: string;
    };

export async function listStudies({ shown, all }: Studies): Promise<Shown> {
  const studies = await Promise.all((await all()).map(overview));
  if (studies.length === 0)
    return { lines: [`no studies in ${printable(shown)}; \`tune <space.json>\` starts one`], data: { studies } };
  const columns = [
    left('study'),
    left('state'),
    ...['trials', ...trialStates].map(right),
    left('best value'),
    left('last trial (UTC)'),
  ];
  return { lines: textTable(columns, studies.map(rowOf)), data: { studies } };
}

function rowOf(study: Overview): string[] {
  const name = printable(study.study);
  if (study.state === 'unreadable')
    return [name, study.state, '', ...trialStates.map(() => ''), printable(study.message), ''];
  const { state, trials, best, last = '' } = study;
  const value = best ? `${formatValues(best)} (trial ${best.trial})` : '';
  const time = last.slice(0, 16).replace('T', ' ');
  return [name, state, ...(['all', ...trialStates] as const).map(name => String(trials[name])), value, time];
}

async function overview(place: StudyPlace): Promise<Overview> {
  const { name: study, source } = place;
  try {
    const { trials, best } = await readPlace(place);
    const [user] = await source.users().catch((): StudyUser[] => []);
    const last = trials
      .map(({ startedAt, finishedAt }) => finishedAt ?? startedAt)
      .toSorted()
      .at(-1);
    return {
      study,
      state: user ? 'in use' : trials.every(hasEnded) ? 'idle' : 'open',
      ...user,
      trials: { all: trials.length, ...countStates(trials) },
      ...(best && { best: { trial: best.id, value: best.value!, ...(best.values && { values: best.values }) } }),
      ...(last !== undefined && { last }),
    };
  } catch (error) {
    // One broken journal must not hide the other studies.
    return { study, state: 'unreadable', message: messageOf(error) };
  }
}
