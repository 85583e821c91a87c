/** The value of a checked constraint. */
import type jsep from 'jsep';
import { nameOf, type Expression } from './expression.ts';
import type { Config } from './space.ts';

type Value = number | string | boolean;

/** The functions of constraints, and how many arguments they take. */
export const functions: Readonly<
  Record<string, { readonly call: (...values: number[]) => number; readonly arguments?: number }>
> = {
  min: { call: Math.min },
  max: { call: Math.max },
  abs: { call: Math.abs, arguments: 1 },
  floor: { call: Math.floor, arguments: 1 },
  ceil: { call: Math.ceil, arguments: 1 },
  round: { call: Math.round, arguments: 1 },
  sqrt: { call: Math.sqrt, arguments: 1 },
  log: { call: Math.log, arguments: 1 },
  log2: { call: Math.log2, arguments: 1 },
  log10: { call: Math.log10, arguments: 1 },
  exp: { call: Math.exp, arguments: 1 },
  pow: { call: Math.pow, arguments: 2 },
};

export const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
};

export const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Evaluates an expression that `checkExpression` has passed; every name must be in the configuration. */
export function evaluate(node: jsep.Expression, config: Config): Value {
  const part = node as Expression;
  const inner = (child: jsep.Expression): Value => evaluate(child, config);
  switch (part.type) {
    case 'Literal':
      return part.value as Value;
    case 'UnaryExpression':
      return part.operator === '!'
        ? !inner(part.argument)
        : part.operator === '-'
          ? 0 - (inner(part.argument) as number)
          : inner(part.argument);
    case 'CallExpression':
      return functions[nameOf(part.callee)!]!.call(...part.arguments.map(argument => inner(argument) as number));
    case 'BinaryExpression':
      return binary(part, inner);
    default:
      return config[nameOf(part)!] as Value;
  }
}

function binary({ operator, left, right }: jsep.BinaryExpression, inner: (child: jsep.Expression) => Value): Value {
  if (operator === '&&') return inner(left) && inner(right);
  if (operator === '||') return inner(left) || inner(right);
  const [a, b] = [inner(left), inner(right)];
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  return (arithmetic[operator] ?? comparisons[operator]!)(a as number, b as number);
}
