/** Reports of two nights with given fresh trainings. */
import type { ConfirmedRow, Report } from '../../src/report/report.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Config } from '../../src/space/space.ts';
import type { Trial } from '../../src/study/trial.ts';
import { input, time } from './study.ts';

/** What the golden set of reports-reliability.md 3.3 calls b and a. */
export const lastValues = [0.226, 0.219, 0.233, 0.221, 0.228, 0.224, 0.217, 0.23];
export const tonightValues = [0.231, 0.244, 0.229, 0.251, 0.238, 0.247, 0.242, 0.236];

export const seeds = [11, 12, 13, 14, 15, 16, 17, 18];

export interface Row extends Pick<ConfirmedRow, 'values' | 'seeds'> {
  readonly config: Config;
  /** In the search. */
  readonly value: number;
}

const { model: _, ...others } = input;
const base = { learningRate: 0.01, units: 64, optimizer: 'sgd', momentum: 0.9, normalize: true };

export function row(values: readonly number[], changed: Config = {}, value = 0.2, seeded?: readonly number[]): Row {
  return { config: { ...base, ...changed }, value, values, ...(seeded && { seeds: seeded }) };
}

/** The first row is that of the best trial; those after it are rivals of last night. */
export function night(rows: readonly Row[], parts: Partial<typeof input> = {}): Report {
  const trials = rows.map(({ config, value }, id): Trial => ({
    id,
    state: 'complete',
    attempt: 1,
    config,
    value,
    curve: [],
    startedAt: time(id),
    finishedAt: time(id + 1),
  }));
  const report = summarize({ ...others, ...parts, trials });
  const confirmed = rows.map(({ values, seeds: seeded }, trial): ConfirmedRow => ({
    trial,
    runs: values.map((_value, run) => 100 + run),
    values,
    ...(seeded && { seeds: seeded }),
    ...(trial > 0 && { isRival: true }),
  }));
  return { ...report, best: report.trials[0]!, confirmed: confirmed.filter(({ values }) => values.length > 0) };
}
