/** Which penalty falls on which weights, and with which coefficient: a layer's own goes before that of "train". */
import type { WeightSpec } from '../layers/layer.ts';
import { regularizers } from './index.ts';
import type { Regularizer } from './regularizer.ts';

export interface Penalty {
  readonly penalty: Regularizer['penalty'];
  /** Name of the coefficient in the step's hyperparameters. */
  readonly coefficient: string;
  /** Numbers of the weights. */
  readonly weights: readonly number[];
}

/** @param general coefficients for the weights that have none of their own */
export function penaltiesOf(weights: readonly WeightSpec[], general: Readonly<Record<string, number>>): Penalty[] {
  return Object.values(regularizers).flatMap(({ name, penalty }) => {
    const groups = new Map<string, number[]>();
    weights.forEach(({ decays, penalties }, index) => {
      const coefficient = penalties?.[name] ?? (decays && name in general ? name : undefined);
      if (coefficient !== undefined) groups.set(coefficient, [...(groups.get(coefficient) ?? []), index]);
    });
    return [...groups].map(([coefficient, own]) => ({ penalty, coefficient, weights: own }));
  });
}
