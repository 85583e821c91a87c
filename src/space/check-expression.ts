/** Checks a constraint before it is ever evaluated: known names, known functions, values of the right kind. */
import type jsep from 'jsep';
import { arithmetic, comparisons, functions } from './evaluate.ts';
import { ExpressionError, nameOf, startOf, type Expression } from './expression.ts';
import { isRecord } from './json.ts';
import { suggest } from './nearest.ts';
import { legalValues } from './param-schema.ts';
import type { ParamSpec } from './params.ts';
import type { Json } from './space.ts';

/** "anything": a parameter that has mistakes of its own. */
type Kind = 'number' | 'text' | 'boolean' | 'mixed' | 'anything';

/** The parameters an expression may name; undefined for one that has mistakes of its own. */
export type Scope = ReadonlyMap<string, ParamSpec | undefined>;

/** @throws ExpressionError at the first mistake; an expression that passes gives true or false for every configuration */
export function checkExpression(expression: Expression, scope: Scope): void {
  const kind = kindOf(expression, scope);
  if (kind !== 'boolean' && kind !== 'anything')
    throw new ExpressionError(`the constraint gives ${words[kind]}`, startOf(expression), lengthOf(expression), {
      expected: 'a condition that is true or false, such as "units <= 64"',
    });
}

const words: Readonly<Record<Kind, string>> = {
  number: 'a number',
  text: 'text',
  boolean: 'true or false',
  mixed: 'different kinds of values',
  anything: 'anything',
};

function kindOf(node: jsep.Expression, scope: Scope): Kind {
  const part = node as Expression;
  const name = nameOf(part);
  if (name !== undefined) return kindOfParam(part, name, scope);
  switch (part.type) {
    case 'Literal':
      return kindOfLiteral(part);
    case 'UnaryExpression':
      return kindOfUnary(part, scope);
    case 'CallExpression':
      return kindOfCall(part, scope);
    case 'BinaryExpression':
      return kindOfBinary(part, scope);
    default:
      throw notInTheLanguage(part);
  }
}

function notInTheLanguage(node: jsep.Expression): ExpressionError {
  return new ExpressionError('this is not part of the language of constraints', startOf(node), 1, {
    expected: 'numbers, text, parameters, + - * / % **, comparisons, && || ! and functions such as min and log2',
  });
}

function kindOfParam(node: Expression, name: string, scope: Scope): Kind {
  if (!scope.has(name)) {
    const dashed = [...scope.keys()].find(known => known.startsWith(`${name}-`));
    const advice = dashed
      ? { hint: `"-" subtracts here: "${dashed}" needs a name without it to stand in a constraint` }
      : { ...(scope.size === 0 && { expected: 'a parameter in "space"' }), ...suggest(name, scope.keys()) };
    throw new ExpressionError(`unknown parameter "${name}"`, startOf(node), name.length, advice);
  }
  const param = scope.get(name);
  if (!param) return 'anything';
  if (param.type !== 'categorical') return param.type === 'boolean' ? 'boolean' : 'number';
  const kinds = new Set(param.choices.map(kindOfValue));
  return kinds.size === 1 ? [...kinds][0]! : 'mixed';
}

function kindOfValue(value: Json): Kind {
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as Kind) : 'mixed';
}

function kindOfLiteral(node: jsep.Literal): Kind {
  const { value, raw } = node;
  if (value === null || isRecord(value) || value === Infinity)
    throw new ExpressionError(`${raw} cannot be compared`, startOf(node), raw.length, {
      expected: 'a number, text, true or false',
    });
  return kindOfValue(value as Json);
}

function kindOfUnary(node: jsep.UnaryExpression, scope: Scope): Kind {
  if (!['!', '-', '+'].includes(node.operator)) throw unknownOperator(node, node.operator);
  return demand(node.operator === '!' ? 'boolean' : 'number', node.argument, scope);
}

function kindOfCall(node: jsep.CallExpression, scope: Scope): Kind {
  const name = nameOf(node.callee);
  if (name === undefined) throw notInTheLanguage(node);
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known)
    throw new ExpressionError(
      `unknown function "${name}"`,
      startOf(node),
      name.length,
      suggest(name, Object.keys(functions)),
    );
  const given = node.arguments.length;
  if (given !== (known.arguments ?? Math.max(1, given)))
    throw new ExpressionError(`${name} of ${given} values`, startOf(node), name.length, {
      expected: `${known.arguments ?? 'one or more'} in the parentheses`,
    });
  for (const argument of node.arguments) demand('number', argument, scope);
  return 'number';
}

function kindOfBinary(node: jsep.BinaryExpression, scope: Scope): Kind {
  const { operator, left, right } = node;
  if (operator === '&&' || operator === '||') {
    demand('boolean', left, scope);
    return demand('boolean', right, scope);
  }
  if (operator === '==' || operator === '!=') return kindOfEquality(node, scope);
  const isComparison = Object.hasOwn(comparisons, operator);
  if (!isComparison && !Object.hasOwn(arithmetic, operator)) throw unknownOperator(node, operator);
  if (operator === '**' && left.type === 'UnaryExpression' && !left['grouped'])
    throw new ExpressionError('a sign before ** can be read in two ways', startOf(node), 1, {
      expected: '-(a ** b) or (-a) ** b',
    });
  if (isComparison && left.type === 'BinaryExpression' && kindOf(left, scope) === 'boolean')
    throw new ExpressionError('a comparison of a comparison', startOf(node), 1, {
      expected: 'one at a time: "1 < a && a < 3"',
    });
  demand('number', left, scope);
  demand('number', right, scope);
  return isComparison ? 'boolean' : 'number';
}

function kindOfEquality({ left, right }: jsep.BinaryExpression, scope: Scope): Kind {
  const [a, b] = [kindOf(left, scope), kindOf(right, scope)];
  const isFree = (kind: Kind): boolean => kind === 'mixed' || kind === 'anything';
  if (a !== b && !isFree(a) && !isFree(b))
    throw new ExpressionError(`this compares ${words[a]} with ${words[b]}`, startOf(left), lengthOf(left), {
      expected: 'two values of the same kind',
    });
  checkChoice(left, right, scope);
  checkChoice(right, left, scope);
  return 'boolean';
}

/** optimizer == "smg": the value must be one of the choices. */
function checkChoice(param: jsep.Expression, literal: jsep.Expression, scope: Scope): void {
  const spec = scope.get(nameOf(param) ?? '');
  const { type, value, raw } = literal as jsep.Literal;
  if (spec?.type !== 'categorical' || type !== 'Literal' || spec.choices.includes(value as Json)) return;
  const texts = spec.choices.filter(choice => typeof choice === 'string');
  const advice = typeof value === 'string' ? suggest(value, texts) : { expected: legalValues(spec) };
  throw new ExpressionError(`"${nameOf(param)}" is never ${raw}`, startOf(literal), raw.length, advice);
}

function demand(wanted: 'number' | 'boolean', node: jsep.Expression, scope: Scope): Kind {
  const kind = kindOf(node, scope);
  if (kind !== wanted && kind !== 'anything')
    throw new ExpressionError(
      `${nameOf(node) === undefined ? 'this' : `"${nameOf(node)}"`} is ${words[kind]}`,
      startOf(node),
      lengthOf(node),
      {
        expected: words[wanted],
      },
    );
  return wanted;
}

function unknownOperator(node: jsep.Expression, operator: string): ExpressionError {
  const meant: Readonly<Record<string, string>> = { '===': '==', '!==': '!=', '&': '&&', '|': '||', '^': '**' };
  const hint = Object.hasOwn(meant, operator) ? { hint: `did you mean ${meant[operator]}?` } : {};
  return new ExpressionError(`unknown operator ${operator}`, startOf(node), 1, hint);
}

function lengthOf(node: jsep.Expression): number {
  return nameOf(node)?.length ?? (node as Partial<jsep.Literal>).raw?.length ?? 1;
}
