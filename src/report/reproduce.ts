/** The command that runs a study again from its start. */
import { printable } from '../text.ts';
import { countFinished } from '../study/count-finished.ts';
import type { Report } from './report.ts';

/** Undefined when the study did not come from a space file. */
export function reproduceCommand({ study, run, trials }: Report): string | undefined {
  if (study.spaceFile === undefined) return undefined;
  const options = {
    // A duration depends on the machine; the number of trials that it allowed does not.
    trials: run.stopped === 'trials' ? run.budget.trials : Math.max(1, countFinished(trials)),
    seed: study.seed,
    slots: run.slots,
    reports: 'reproduced',
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  return ['npx tune', shellWord(study.spaceFile), ...flags].join(' ');
}

/** The command that trains one trial again and shows what comes of it. */
export function replayCommand({ study }: Report, trial: number): string | undefined {
  return study.spaceFile === undefined ? undefined : `npx tune replay ${shellWord(study.spaceFile)} ${trial}`;
}

/** The command that writes the report's advice into a copy of the space file; undefined without a file, or without a patch. */
export function adviseCommand({ study, advice = [] }: Report): string | undefined {
  const isPatched = advice.some(({ patch }) => patch.length > 0);
  return isPatched && study.spaceFile !== undefined ? `npx tune advise ${shellWord(study.name)} --apply` : undefined;
}

/** Quotes a path for POSIX shells where it needs it. */
export function shellWord(text: string): string {
  const safe = printable(text);
  return /^[\w./@%+,=:~-]+$/.test(safe) && !/^[-~]/.test(safe) ? safe : `'${safe.replaceAll("'", String.raw`'\''`)}'`;
}
