/**
 * A network with one hidden layer and one output, and the mean over the rows of its squared error:
 *   a = x W + b,  h = f(a),  o = h U + c,  L = mean (o - y)^2
 * backward:
 *   do = 2 (o - y) / n,  dU = h' do,  dc = do,  da = do U' f'(a),  dW = x' da,  db = da
 * and the Hessian times (V, v, Z, z) by the R-operator (Pearlmutter 1994, https://doi.org/10.1162/neco.1994.6.1.147):
 *   Ra = x V + v,  Rh = f'(a) Ra,  Ro = Rh U + h Z + z,  Rdo = 2 Ro / n
 *   RdU = Rh' do + h' Rdo,  Rda = (Rdo U' + do Z') f'(a) + do U' f''(a) Ra
 * The weights are one vector: W (a row for each input), b, U, c, as the packed weights of tfjs-tune.
 */
import type { Objective, Table } from './objective.ts';
import { zeros, type Vector } from './vectors.ts';

interface Activation {
  readonly f: (a: number) => number;
  /** f' and f'' where f is h. */
  readonly slope: (h: number) => number;
  readonly bend: (h: number) => number;
}

const activations = {
  tanh: { f: Math.tanh, slope: h => 1 - h * h, bend: h => -2 * h * (1 - h * h) },
  relu: { f: a => Math.max(0, a), slope: h => (h > 0 ? 1 : 0), bend: () => 0 },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

/** Names and shapes as in the plan of `[{ dense: { units, activation } }]` and its output layer. */
export function weightsOf(features: number, units: number) {
  return [
    { name: '0.dense.kernel', shape: [features, units], decays: true },
    { name: '0.dense.bias', shape: [units], decays: false },
    { name: 'output.kernel', shape: [units, 1], decays: true },
    { name: 'output.bias', shape: [1], decays: false },
  ] as const;
}

export function network({ inputs, targets }: Table, units: number, activation: ActivationName): Objective {
  const features = inputs[0]!.length;
  const { f, slope, bend }: Activation = activations[activation];
  const [b, u, c] = [features * units, (features + 1) * units, (features + 2) * units] as const;

  /** x W + b for one unit. */
  const into = (w: Vector, x: Vector, unit: number): number => {
    let sum = w[b + unit]!;
    for (let i = 0; i < features; i++) sum += x[i]! * w[i * units + unit]!;
    return sum;
  };
  /** Adds the gradient of one unit's sum to that of the weights. */
  const addInto = (gradient: Vector, x: Vector, unit: number, da: number): void => {
    gradient[b + unit]! += da;
    for (let i = 0; i < features; i++) gradient[i * units + unit]! += x[i]! * da;
  };
  const forward = (w: Vector, row: number) => {
    const hidden = zeros(units);
    let output = w[c]!;
    for (let unit = 0; unit < units; unit++) {
      hidden[unit] = f(into(w, inputs[row]!, unit));
      output += hidden[unit]! * w[u + unit]!;
    }
    return { hidden, error: output - targets[row]! };
  };

  return {
    size: c + 1,
    loss: (w, rows) => rows.reduce((sum, row) => sum + forward(w, row).error ** 2, 0) / rows.length,
    gradient(w, rows) {
      const gradient = zeros(w.length);
      for (const row of rows) {
        const { hidden, error } = forward(w, row);
        const dOutput = (2 * error) / rows.length;
        gradient[c]! += dOutput;
        hidden.forEach((h, unit) => {
          gradient[u + unit]! += h * dOutput;
          addInto(gradient, inputs[row]!, unit, dOutput * w[u + unit]! * slope(h));
        });
      }
      return gradient;
    },
    hessianTimes(w, direction, rows) {
      const product = zeros(w.length);
      for (const row of rows) {
        const { hidden, error } = forward(w, row);
        const moved = hidden.map((_, unit) => into(direction, inputs[row]!, unit));
        const movedOutput = hidden.reduce(
          (sum, h, unit) => sum + slope(h) * moved[unit]! * w[u + unit]! + h * direction[u + unit]!,
          direction[c]!,
        );
        const [dOutput, movedBack] = [(2 * error) / rows.length, (2 * movedOutput) / rows.length];
        product[c]! += movedBack;
        hidden.forEach((h, unit) => {
          const [own, ownDirection, ownMoved] = [w[u + unit]!, direction[u + unit]!, moved[unit]!];
          product[u + unit]! += slope(h) * ownMoved * dOutput + h * movedBack;
          const back = movedBack * own + dOutput * ownDirection;
          addInto(product, inputs[row]!, unit, back * slope(h) + dOutput * own * bend(h) * ownMoved);
        });
      }
      return product;
    },
  };
}
