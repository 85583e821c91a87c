/**
 * Pairs of ops that TensorFlow's optimizer would put together or exchange, which rounds otherwise than op by op. A fence
 * between the two, an op that hands its input on, keeps them as they are.
 */
import type { RecordedOp } from './recorder.ts';

const sums = ['Add', 'AddV2', 'AddN'];
const convolutions = ['Conv2D', 'DepthwiseConv2dNative'];
/** Functions that keep or turn the order of values, and are rounded. */
const monotonic = [
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Elu',
  'Erf',
  'Exp',
  'Expm1',
  'Log',
  'Log1p',
  'Rsqrt',
  'Selu',
  'Sigmoid',
  'Sinh',
  'Softplus',
  'Tanh',
];

/** By the second op, the first ones. */
const pairs: Readonly<Record<string, readonly string[]>> = {
  // Terms are sorted.
  Add: sums,
  AddV2: sums,
  // x / sqrt(y) becomes x * rsqrt(y).
  RealDiv: ['Sqrt'],
  // Products and convolutions take bias and activation along.
  Elu: ['BiasAdd', ...sums],
  Sigmoid: ['BiasAdd', ...sums],
  Tanh: ['BiasAdd', ...sums],
  // Small factors are multiplied first, and oneDNN has x * sigmoid(x) and x * tanh(softplus(x)) in one piece,
  Mul: ['Mul', 'Sigmoid', 'Tanh'],
  // and a normalized convolution.
  FusedBatchNorm: convolutions,
  FusedBatchNormV3: convolutions,
  Log: ['Softmax'],
  // Products read a turned matrix as it was.
  MatMul: ['Transpose'],
  BatchMatMulV2: ['Transpose'],
  // The largest value is taken before the function, and rounded alone.
  Max: monotonic,
  Min: monotonic,
  MaxPool: monotonic,
  ArgMax: monotonic,
  ArgMin: monotonic,
};

/** Second ops that do without the first even where others need it too. */
const bypassing = ['MatMul', 'BatchMatMulV2'];

/** Ops that the optimizer looks through where they change nothing. */
const transparent = ['Reshape', 'Squeeze', 'ExpandDims', 'Identity'];

/** Whether an op needs a fence before one of its inputs. */
export type Fences = (op: RecordedOp, index: number) => boolean;

export function createFences(ops: readonly RecordedOp[], results: readonly number[]): Fences {
  const makers = new Map<number, string>();
  for (const { name, inputs, outputs } of ops) {
    const maker = transparent.includes(name) ? makers.get(inputs[0]!) : name;
    if (maker !== undefined) for (const { id } of outputs) makers.set(id, maker);
  }
  const uses = new Map<number, number>();
  for (const id of [...ops.flatMap(({ inputs }) => inputs), ...results]) uses.set(id, (uses.get(id) ?? 0) + 1);
  return ({ name, inputs }, index) => {
    const input = inputs[index]!;
    // What others need too is not taken away from them; a fence would copy it.
    return (uses.get(input) === 1 || bypassing.includes(name)) && (pairs[name] ?? []).includes(makers.get(input) ?? '');
  };
}
