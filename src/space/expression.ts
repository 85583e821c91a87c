/**
 * The language of constraints: numbers, text, parameters, arithmetic, comparisons, && || ! and a few functions. Text
 * becomes a checked tree with positions, then a function of the configuration; nothing is ever evaluated as code.
 */
import jsep from 'jsep';

export type Expression = jsep.CoreExpression;

/** A mistake in a constraint, at a character of its text. */
export class ExpressionError extends Error {
  readonly start: number;
  readonly length: number;
  readonly advice: { readonly expected?: string; readonly hint?: string };

  constructor(message: string, start: number, length: number, advice: ExpressionError['advice'] = {}) {
    super(message);
    this.start = start;
    this.length = length;
    this.advice = advice;
  }
}

// jsep's nodes have no positions, but its hooks see where each token begins. A token that has one already stands in parentheses.
const starts: number[] = [];
jsep.hooks.add('gobble-token', function (token) {
  starts.push(this.index);
  // jsep tells nobody about the end of numbers that it reads by itself.
  const number = /[\d.]/.test(this.char) ? this.gobbleNumericLiteral() : undefined;
  if (number) token.node = number;
});
jsep.hooks.add('after-token', ({ node }) => {
  const start = starts.pop();
  if (!node) return;
  if (node['start'] === undefined) node['start'] = start!;
  else node['grouped'] = true;
});

const maxCharacters = 1000;

/** @throws ExpressionError for text that is no expression */
export function parseExpression(text: string): Expression {
  if (text.length > maxCharacters)
    throw new ExpressionError('the constraint is too long', 0, 1, { expected: `at most ${maxCharacters} characters` });
  if (/^[\s,;]*$/.test(text))
    throw new ExpressionError('the constraint is empty', 0, 1, { expected: 'a condition such as "units <= 64"' });
  starts.length = 0;
  try {
    const parsed = jsep(text) as Expression;
    if (parsed.type !== 'Compound') return parsed;
    const second = parsed.body[1] as Expression;
    throw new ExpressionError('two expressions in one constraint', startOf(second), 1, {
      expected: 'an operator such as && before this',
    });
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    const { index = 0, description = 'this cannot be read' } = error as { index?: number; description?: string };
    throw new ExpressionError(
      `cannot read the constraint: ${description.charAt(0).toLowerCase()}${description.slice(1)}`,
      Math.min(index, text.length),
      1,
      text[index] === '=' ? { hint: 'did you mean ==?' } : {},
    );
  }
}

/** Where a part begins in its text; operators begin with their left side. */
export function startOf(node: jsep.Expression): number {
  const { start, left, test } = node as { start?: number; left?: jsep.Expression; test?: jsep.Expression };
  return start ?? startOf((left ?? test)!);
}

/** The parameter that a part names; names may have dots. */
export function nameOf(node: jsep.Expression): string | undefined {
  const part = node as Expression;
  if (part.type === 'Identifier') return part.name;
  if (part.type !== 'MemberExpression' || part.computed || part.optional) return undefined;
  const [object, property] = [nameOf(part.object), nameOf(part.property)];
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}

/** Every parameter that an expression names. */
export function namesIn(node: jsep.Expression): readonly string[] {
  const name = nameOf(node);
  if (name !== undefined) return [name];
  const part = node as Expression;
  switch (part.type) {
    case 'BinaryExpression':
      return [...namesIn(part.left), ...namesIn(part.right)];
    case 'UnaryExpression':
      return namesIn(part.argument);
    case 'CallExpression':
      return part.arguments.flatMap(namesIn);
    default:
      return [];
  }
}
