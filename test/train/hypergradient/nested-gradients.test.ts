/**
 * Why nothing here takes the gradient of a gradient: tfjs gets it wrong, for some ops without a word
 * (https://github.com/tensorflow/tfjs/issues/3252). Products with the Hessian come from differences of gradients.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';

const source = fileURLToPath(new URL('../../../src/', import.meta.url));

/** The calls of tfjs that differentiate what they are given, but not properties and spread calls that are called like them. */
const takesGradients =
  /\btf\s*\.\s*(?:valueAndGrads?|variableGrads|grads?)\s*\(|(?<!\.)\.\s*(?:gradients|computeGradients)\s*\(/g;

/** Where in the text something takes gradients, each with all that it is given. */
function gradientCalls(text: string): readonly string[] {
  return [...text.matchAll(takesGradients)].map(({ 0: call, index }) => {
    const start = index + call.length;
    let depth = 1;
    let end = start;
    for (; depth > 0 && end < text.length; end++) depth += { '(': 1, ')': -1 }[text[end]!] ?? 0;
    return text.slice(start, end);
  });
}

function isNested(text: string): boolean {
  return gradientCalls(text).some(given => gradientCalls(given).length > 0);
}

describe('the source', () => {
  const texts = new Map(
    readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => [file, readFileSync(source + file, 'utf8')] as const),
  );

  it('takes gradients in these files alone', () => {
    const found = [...texts].map(([file, text]) => [file, gradientCalls(text).length] as const);
    // Number of calls by file. A call that joins must differentiate nothing in which gradients are taken.
    expect(Object.fromEntries(found.filter(([, calls]) => calls > 0))).toEqual({
      'train/step.ts': 1,
      // Of an optimizer's update, of a penalty, and of the loss of rows that do not train.
      'train/hypergradient/partials.ts': 1,
      'train/hypergradient/neumann.ts': 1,
      'train/hypergradient/validation-gradient.ts': 1,
    });
  });

  it('never takes gradients within what it differentiates', () => {
    expect([...texts].filter(([, text]) => isNested(text)).map(([file]) => file)).toEqual([]);
  });

  it('would be caught if it did', () => {
    expect(isNested('tf.grad(x => tf.sum(tf.mul(tf.grad(f)(x), v)))(at)')).toBe(true);
    expect(isNested('tf.valueAndGrad(w => dot(tf.variableGrads(() => loss(w)).grads, v))')).toBe(true);
    expect(isNested('tf.grad(f)(x); tf.grad(g)(y)')).toBe(false);
  });
});

type Scalars = (x: any) => Tensor;

/** Curved, so that the gradient of the op's gradient matters. */
const squared =
  (op: (x: any) => Tensor): Scalars =>
  x =>
    tf.sum(tf.square(op(x)));

const matrix = (): Tensor => tf.tensor2d([0.3, -0.7, 1.1, 0.5, -0.2, 0.9], [2, 3]);
const image = (): Tensor =>
  tf.tensor4d(
    Array.from({ length: 32 }, (_, i) => Math.sin(1.3 * i + 0.4)),
    [1, 4, 4, 2],
  );
const filter = (): Tensor => tf.reshape(tf.slice(image(), [0, 0, 0, 0], [1, 2, 2, 2]), [2, 2, 2, 1]);
const ones = (...shape: number[]): any => tf.ones(shape);
const labels = (): any => tf.tensor2d([1, 0, 0, 0, 1, 0], [2, 3]);

interface Op {
  readonly at?: () => Tensor;
  readonly f: Scalars;
}

const right: Readonly<Record<string, Op>> = {
  matMul: { f: squared(x => tf.matMul(x, x, false, true)) },
  div: { f: squared(x => tf.div(1, tf.add(x, 3))) },
  square: { f: squared(x => tf.square(x)) },
  sqrt: { f: x => tf.sum(tf.sqrt(tf.add(tf.square(x), 1))) },
  pow: { f: squared(x => tf.pow(tf.add(x, 2), 3)) },
  abs: { f: squared(x => tf.mul(tf.abs(x), x)) },
  sin: { f: squared(x => tf.sin(x)) },
  erf: { f: squared(x => tf.erf(x)) },
  log1p: { f: squared(x => tf.log1p(x)) },
  expm1: { f: squared(x => tf.expm1(x)) },
  softplus: { f: squared(x => tf.softplus(x)) },
  relu: { f: squared(x => tf.mul(tf.relu(x), x)) },
  moments: { f: squared(x => tf.moments(tf.square(x), 0).variance) },
  gather: { f: squared(x => tf.gather(tf.square(x), tf.tensor1d([1, 0, 1], 'int32'))) },
  concat: { f: squared(x => tf.concat([tf.square(x), x], 1)) },
  'losses.meanSquaredError': { f: x => tf.losses.meanSquaredError(ones(2, 3), tf.square(x)) },
  'conv2d by its input': { at: image, f: squared(x => tf.conv2d(tf.square(x), ones(2, 2, 2, 3), 1, 'valid')) },
};

const silentlyWrong: Readonly<Record<string, Op>> = {
  tanh: { f: squared(x => tf.tanh(x)) },
  sigmoid: { f: squared(x => tf.sigmoid(x)) },
  exp: { f: squared(x => tf.exp(x)) },
  softmax: { f: squared(x => tf.softmax(x)) },
  logSoftmax: { f: squared(x => tf.logSoftmax(x)) },
  'fused sigmoid': { f: squared(a => tf.fused.matMul({ a, b: ones(3, 2), activation: 'sigmoid' })) },
  'losses.sigmoidCrossEntropy': { f: x => tf.losses.sigmoidCrossEntropy(ones(2, 3), x) },
  'losses.logLoss of a sigmoid': { f: x => tf.losses.logLoss(ones(2, 3), tf.sigmoid(x)) },
};

const throwing: Readonly<Record<string, Op>> = {
  'conv2d by its filter': { at: filter, f: squared(w => tf.conv2d(image() as any, w, 1, 'valid')) },
  maxPool: { at: image, f: squared(x => tf.maxPool(x, 2, 2, 'valid')) },
  avgPool: { at: image, f: squared(x => tf.avgPool(x, 2, 2, 'valid')) },
  resizeBilinear: { at: image, f: squared(x => tf.image.resizeBilinear(x, [8, 8])) },
  max: { f: squared(x => tf.max(x)) },
  logSumExp: { f: squared(x => tf.logSumExp(x, 1)) },
  clipByValue: { f: squared(x => tf.clipByValue(x, -0.6, 0.8)) },
  elu: { f: squared(x => tf.elu(x)) },
  selu: { f: squared(x => tf.selu(x)) },
  leakyRelu: { f: squared(x => tf.leakyRelu(x)) },
  prelu: { f: squared(x => tf.prelu(x, tf.scalar(0.2))) },
  relu6: { f: squared(x => tf.relu6(x)) },
  'losses.huberLoss': { f: x => tf.losses.huberLoss(ones(2, 3), x) },
  'losses.softmaxCrossEntropy': { f: x => tf.losses.softmaxCrossEntropy(labels(), x) },
};

/** How far the gradient of a gradient is from differences of gradients. */
function errorOf({ at = matrix, f }: Op): number {
  const x = at();
  const v = tf.tensor(
    Array.from({ length: x.size }, (_, i) => Math.cos(2.1 * i)),
    x.shape,
  );
  const gradient = (place: Tensor): Tensor => tf.grad(f)(place);
  const nested = tf.grad((place: Tensor) => tf.sum(tf.mul(gradient(place), v)))(x);
  const [up, down] = [0.01, -0.01].map(step => gradient(tf.add(x, tf.mul(step, v))));
  const difference = tf.div(tf.sub(up!, down!), 0.02);
  return tf.div(tf.norm(tf.sub(nested, difference)), tf.norm(difference)).dataSync()[0]!;
}

/** Where tfjs has been mended, the rule against nested gradients can be looked at again. */
describe('a gradient of a gradient in the tfjs that is installed', () => {
  beforeAll(() => loadBackend());

  it.each(Object.entries(right))('is right for %s', (_, op) => {
    expect(errorOf(op)).toBeLessThan(2e-3);
  });

  it.each(Object.entries(silentlyWrong))('is wrong, without a word, for %s', (name, op) => {
    expect(errorOf(op), `${name} is right now: tfjs was mended`).toBeGreaterThan(0.2);
  });

  it.each(Object.entries(throwing))('is refused for %s', (name, op) => {
    expect(() => errorOf(op), `${name} has a second derivative now: tfjs was mended`).toThrow(
      /Cannot compute gradient/,
    );
  });
});
