/** The parameters that constraints are about. */
import { namesIn, parseExpression } from './expression.ts';
import type { Space } from './space.ts';

export function constraintNames({ constraints }: Pick<Space, 'constraints'>): ReadonlySet<string> {
  return new Set(constraints.flatMap(text => namesIn(parseExpression(text))));
}
