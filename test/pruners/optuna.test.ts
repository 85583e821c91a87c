/** Decision for decision as Optuna's pruners; numbers and the command that made them: test/golden/make-pruners.py. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pruners } from '../../src/pruners/index.ts';
import type { PrunerTechnique } from '../../src/pruners/pruner.ts';
import { lossOf } from '../../src/study/losses.ts';
import type { Direction } from '../../src/study/ports.ts';
import type { Trial, TrialState } from '../../src/study/trial.ts';

type Report = readonly [trial: number, step: number, value: number | 'NaN', stop: boolean];
type End = readonly [trial: number, state: TrialState, value: number | null];

interface GoldenStudy {
  readonly pruner: keyof typeof pruners;
  readonly direction: Direction;
  readonly knobs: object;
  readonly events: readonly (Report | End)[];
}

const studies = JSON.parse(
  readFileSync(new URL('../golden/pruners.json', import.meta.url), 'utf8'),
) as readonly GoldenStudy[];

/** Our verdicts and Optuna's, one after the other. */
function replay({ pruner: name, direction, knobs, events }: GoldenStudy): { ours: boolean[]; theirs: boolean[] } {
  const technique: PrunerTechnique = pruners[name];
  const pruner = technique.create(technique.knobs.parse(knobs), direction);
  const trials: Trial[] = [];
  const [ours, theirs]: [boolean[], boolean[]] = [[], []];
  for (const [id, what, value, stop] of events) {
    while (trials.length <= id) {
      trials.push({ id: trials.length, state: 'running', attempt: 1, config: {}, curve: [], startedAt: '' });
    }
    const trial = trials[id]!;
    const loss = value === null ? undefined : lossOf(Number(value), direction);
    if (typeof what === 'string') {
      trials[id] = { ...trial, state: what, ...(loss !== undefined && { value: loss }) };
      continue;
    }
    const measured = { ...trial, curve: [...trial.curve, { step: what, value: loss! }] };
    trials[id] = measured;
    ours.push(pruner.judge(measured, [...trials]) === 'stop');
    theirs.push(stop!);
  }
  return { ours, theirs };
}

test.each([...new Set(studies.map(({ pruner }) => pruner))])('%s decides as Optuna, study by study', name => {
  let stops = 0;
  for (const [index, study] of studies.entries()) {
    if (study.pruner !== name) continue;
    const { ours, theirs } = replay(study);
    expect(ours, `study ${index}: ${JSON.stringify(study.knobs)}`).toEqual(theirs);
    stops += theirs.filter(stop => stop).length;
  }
  expect(stops).toBeGreaterThan(30);
});
