/** Constraints between parameters. */
import { evaluate } from './evaluate.ts';
import { namesIn, parseExpression, type Expression } from './expression.ts';
import type { Config, Space } from './space.ts';

/** Whether a configuration satisfies every constraint. One that names an inactive parameter holds. */
export function isFeasible(space: Space, config: Config): boolean {
  return constraintsOf(space).every(
    ({ expression, names }) =>
      names.some(name => !Object.hasOwn(config, name)) || evaluate(expression, config) === true,
  );
}

interface Constraint {
  readonly expression: Expression;
  readonly names: readonly string[];
}

const parsed = new WeakMap<readonly string[], readonly Constraint[]>();

function constraintsOf({ constraints }: Space): readonly Constraint[] {
  const known = parsed.get(constraints);
  if (known) return known;
  const made = constraints.map(text => {
    const expression = parseExpression(text);
    return { expression, names: namesIn(expression) };
  });
  parsed.set(constraints, made);
  return made;
}
