/** Numbers of Optuna 5.0.0, and the space that they are for: test/golden/make-tpe.py. */
import { readFileSync } from 'node:fs';
import type { Param } from '../../src/space/space.ts';
import type { TrialState } from '../../src/study/trial.ts';

interface Golden {
  readonly densities: readonly {
    readonly names: readonly string[];
    readonly seen: readonly Readonly<Record<string, number>>[];
    readonly points: readonly Readonly<Record<string, number>>[];
    readonly logs: readonly number[];
    readonly weights: readonly number[];
    readonly widths: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly splits: readonly {
    readonly history: readonly {
      readonly state: TrialState;
      readonly value: number;
      readonly curve: readonly (readonly [number, number | 'NaN'])[];
    }[];
    readonly good: readonly number[];
    readonly bad: readonly number[];
  }[];
  /** Best values, one for each seed. */
  readonly runs: Readonly<
    Record<string, { readonly after50: readonly number[]; readonly after100: readonly number[] }>
  >;
}

export const golden = JSON.parse(readFileSync(new URL('../golden/tpe.json', import.meta.url), 'utf8')) as Golden;

const list: readonly Param[] = [
  { name: 'linear', type: 'float', low: -3, high: 5, log: false, step: null, default: 0 },
  { name: 'log', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 1 },
  { name: 'grid', type: 'float', low: 0, high: 0.5, log: false, step: 0.1, default: 0 },
  { name: 'int', type: 'int', low: -4, high: 60, log: false, step: 4, default: 0 },
  { name: 'logInt', type: 'int', low: 1, high: 300, log: true, step: 1, default: 1 },
  { name: 'fine', type: 'float', low: 0, high: 1, log: false, step: 0.001, default: 0 },
  { name: 'wideInt', type: 'int', low: 1, high: 100_000, log: true, step: 1, default: 1 },
  { name: 'kind', type: 'categorical', choices: [0, 1, 2, 3], default: 0 },
];

export const params: Readonly<Record<string, Param>> = Object.fromEntries(list.map(param => [param.name, param]));
