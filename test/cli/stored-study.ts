/** Studies on disk for commands that read them, and a way to run those that tells whether they load TensorFlow. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openJournal } from '../../src/storage/journal.ts';
import type { StudyCreated } from '../../src/study/events.ts';
import { input as studyInput, time } from '../report/study.ts';
import { tellingLibraries } from './loaded-libraries.ts';
import { runTune, type Ended } from './program.ts';

/** @param facts of the study, where they are not those of every other one */
export async function writeStudy(
  reports: string,
  name: string,
  { space, trials }: Pick<typeof studyInput, 'space' | 'trials'>,
  facts: Partial<StudyCreated> = {},
): Promise<void> {
  const path = join(reports, name, 'journal.log');
  await mkdir(dirname(path), { recursive: true });
  const journal = await openJournal(path);
  await journal.append({
    type: 'study-created',
    study: name,
    direction: 'minimize',
    seed: 7,
    space,
    at: time(0),
    ...facts,
  });
  for (const { id: trial, attempt, config, state, value, values, failure, attributes, ...times } of trials) {
    await journal.append({ type: 'trial-started', trial, attempt, config, at: times.startedAt });
    if (!times.finishedAt) continue;
    const result = {
      state: state as 'complete' | 'pruned' | 'failed',
      ...(value !== undefined && { value }),
      ...(values && { values }),
      ...(failure && { failure }),
      ...(attributes && { attributes }),
    };
    await journal.append({ type: 'trial-finished', trial, result, at: times.finishedAt });
  }
  await journal.close();
}

/** One more complete trial, which takes ten seconds. */
export async function addTrial(reports: string, study: string, trial: number, value: number): Promise<void> {
  const journal = await openJournal(join(reports, study, 'journal.log'));
  const { config } = studyInput.trials[0]!;
  await journal.append({ type: 'trial-started', trial, attempt: 1, config, at: time(100) });
  const result = { state: 'complete', value } as const;
  await journal.append({ type: 'trial-finished', trial, result, at: time(110) });
  await journal.close();
}

export interface Light extends Ended {
  /** Whether it loaded TensorFlow. */
  readonly native: boolean;
}

/** Runs a command to its end, where it could find no addon. */
export async function runLight(args: readonly string[], cwd: string): Promise<Light> {
  const { PATH } = process.env;
  const env = { PATH, HOME: cwd, NODE_OPTIONS: tellingLibraries };
  const { err, ...ended } = await runTune(args, { cwd, env });
  const [, said = err, native] = /^([^]*)native: (true|false)\n$/.exec(err) ?? [];
  return { ...ended, err: said, native: native !== 'false' };
}
