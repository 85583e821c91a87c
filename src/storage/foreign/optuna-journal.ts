/** A study in a journal of Optuna, or of ours. */
import { messageOf } from '../../errors.ts';
import { isRecord } from '../../space/json.ts';
import type { StudyEvent } from '../../study/events.ts';
import { fold } from '../../study/fold.ts';
import { operations, parseLine, type JournalLine } from '../journal-line.ts';
import { createReplay } from '../replay.ts';
import { chooseStudy, refuseFile, type Asked, type ForeignStudy } from './foreign-study.ts';
import { createDistributions } from './optuna-distributions.ts';

export function readOptunaJournal(bytes: Buffer, file: string, { study: asked }: Asked): ForeignStudy {
  const lines = readLines(bytes, file);
  const name = chooseStudy(studyNames(lines), file, asked);
  const replay = createReplay(undefined, name);
  const distributions = createDistributions();
  const events: StudyEvent[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      events.push(...replay.apply(line));
      const isOwn = line['study_id'] === replay.study()?.id;
      if (line.op_code === operations.createTrial && isOwn && isRecord(line['distributions']))
        for (const [param, text] of Object.entries(line['distributions'])) distributions.add(param, text);
      // Of trials of other studies too, which have no number here.
      if (line.op_code === operations.setTrialParam && replay.owns(line['trial_id']))
        distributions.add(line['param_name'], line['distribution']);
    } catch (error) {
      refuseFile(file, { message: `the line makes no sense: ${messageOf(error)}` }, index + 1);
    }
  }
  const { study, trials } = fold(events);
  const stored = replay.study()!;
  return {
    tool: study ? 'tfjs-tune' : 'Optuna',
    name,
    directions: stored.directions,
    ...(study ? { space: study.space } : { parameters: distributions.parameters() }),
    trials: trials.map(trial => ({ ...trial, source: `trial ${trial.id}` })),
  };
}

/** What a crash cut short at the end is left out, as Optuna does; any other line that is none is not Optuna's. */
function readLines(bytes: Buffer, file: string): readonly JournalLine[] {
  const lines: JournalLine[] = [];
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const end = bytes.indexOf(10, start);
    if (end < 0) break;
    const line = parseLine(bytes.subarray(start, end));
    if (!line) refuseFile(file, { message: 'the line is no operation of a journal, or is damaged' }, number);
    lines.push(line);
    start = end + 1;
  }
  return lines;
}

/** Those that were not deleted. */
function studyNames(lines: readonly JournalLine[]): readonly string[] {
  const names: (string | undefined)[] = [];
  for (const line of lines) {
    if (line.op_code === operations.createStudy && !names.includes(line['study_name'])) names.push(line['study_name']);
    if (line.op_code === operations.deleteStudy) names[Number(line['study_id'])] = undefined;
  }
  return names.filter(name => name !== undefined);
}
