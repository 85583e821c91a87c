/** Events of a study with four trials at once that end in every way, for tests of what faults do to its journal. */
import { statSync } from 'node:fs';
import type { Space } from '../../src/space/space.ts';
import { openJournal } from '../../src/storage/journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import type { TrialResult } from '../../src/study/trial.ts';

const at = '2026-03-04T05:06:07.000Z';
const space: Space = {
  params: [
    { name: 'lr', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 0.001 },
    { name: 'layers', type: 'categorical', choices: [[32], [64, 32]], default: [32] },
  ],
  constraints: [],
};

export function busyStudy(trials: number): readonly StudyEvent[] {
  const lives = Array.from({ length: trials }, (_, trial) => lifeOf(trial));
  const events: StudyEvent[] = [{ type: 'study-created', study: 'busy', direction: 'minimize', seed: 3, space, at }];
  let next = 0;
  let running: StudyEvent[][] = [];
  while (next < trials || running.length > 0) {
    if (running.length < 4 && next < trials) running.push([...lives[next++]!]);
    for (const life of running) events.push(life.shift()!);
    running = running.filter(life => life.length > 0);
  }
  return events;
}

function lifeOf(trial: number): readonly StudyEvent[] {
  const config = { lr: (trial + 1) / 1000, layers: trial % 2 === 0 ? [32] : [64, 32] };
  const measured = (step: number): StudyEvent => {
    const measurement = { step, value: trial === 4 ? NaN : 10 / (trial + step), metrics: { trainLoss: 1 / step } };
    return { type: 'trial-measured', trial, measurement };
  };
  const begin = (attempt: number): StudyEvent => ({ type: 'trial-started', trial, attempt, config, at });
  const beginnings: StudyEvent[] =
    trial % 8 === 6 ? [{ type: 'trial-enqueued', trial, config: { lr: config.lr }, at }, begin(1)] : [begin(1)];
  const again = trial % 8 === 3 ? [measured(1), begin(2)] : [];
  const pause: StudyEvent[] =
    trial % 8 === 2
      ? [
          { type: 'trial-paused', trial },
          { type: 'trial-promoted', trial },
        ]
      : [];
  return [
    ...beginnings,
    ...again,
    measured(1),
    ...pause,
    measured(2),
    { type: 'trial-finished', trial, result: resultOf(trial), at },
  ];
}

function resultOf(trial: number): TrialResult {
  if (trial % 8 === 5) return { state: 'pruned', value: 10 / trial, stopped: 'pruner' };
  if (trial % 8 === 4) return { state: 'failed', failure: { cause: 'nan', message: 'the loss is NaN' } };
  return { state: 'complete', value: 10 / (trial + 1), attributes: { seconds: 1.5 } };
}

/** Writes a journal, and says how long it was after each event. */
export async function journalOf(path: string, events: readonly StudyEvent[]): Promise<readonly number[]> {
  const lengths: number[] = [];
  const journal = await openJournal(path);
  for (const event of events) {
    await journal.append(event);
    lengths.push(statSync(path).size);
  }
  await journal.close();
  return lengths;
}
