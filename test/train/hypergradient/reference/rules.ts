/**
 * Update rules as src/train/optimizers has them, and their derivatives. The change of the weights in step t:
 *   momentum  v <- mu v - lr g,  change = v
 *   adamw     m <- m + (1 - b1) (g - m),  v <- v + (1 - b2) (g^2 - v)
 *             change = -c m / (sqrt(v) + e),  c = lr sqrt(1 - b2^t) / (1 - b1^t)
 * Its derivative by a hyperparameter, where g' and the memory's m', v' are derivatives from before the step, and what
 * stands in brackets is for that hyperparameter alone:
 *   momentum  v' <- mu v' - lr g' + [mu: v] - [lr: g]
 *   adamw     m' <- m' + (1 - b1) (g' - m') - [b1: g - m],  v' <- v' + (1 - b2) (2 g g' - v') - [b2: g^2 - v]
 *             change' = -(c' m + c m') / (sqrt(v) + e) + c m v' / (2 sqrt(v) (sqrt(v) + e)^2)
 *             c' = [lr: c / lr] + [b1: c t b1^(t-1) / (1 - b1^t)] - [b2: c t b2^(t-1) / (2 (1 - b2^t))]
 */
import { zeros, type Vector } from './vectors.ts';

export type HyperName = 'learningRate' | 'momentum' | 'beta1' | 'beta2' | 'weightDecay' | 'l1' | 'l2';

export type Hyper = Readonly<Partial<Record<HyperName, number>> & { learningRate: number }>;

export interface Moved {
  readonly change: Vector;
  readonly memory: readonly Vector[];
}

/** What a rule sees of a step. */
export interface Given {
  readonly memory: readonly Vector[];
  readonly gradient: Vector;
  /** From 1. */
  readonly step: number;
  readonly hyper: Hyper;
}

export interface Rule {
  /** Vectors of memory. */
  readonly slots: number;
  move(given: Given): Moved;
  /**
   * @param moving derivatives of gradient and memory
   * @param by the hyperparameter by which they are; none: the rule itself stays as it is
   */
  differentiate(given: Given, moving: Pick<Given, 'memory' | 'gradient'>, by?: HyperName): Moved;
}

export const momentum: Rule = {
  slots: 1,
  move({ memory: [velocity], gradient, hyper: { learningRate, momentum = 0 } }) {
    const next = gradient.map((g, i) => momentum * velocity![i]! - learningRate * g);
    return { change: next, memory: [next] };
  },
  differentiate({ memory: [velocity], gradient, hyper: { learningRate, momentum = 0 } }, moving, by) {
    const next = gradient.map((g, i) => {
      const own = (by === 'momentum' ? velocity![i]! : 0) - (by === 'learningRate' ? g : 0);
      return momentum * moving.memory[0]![i]! - learningRate * moving.gradient[i]! + own;
    });
    return { change: next, memory: [next] };
  },
};

/** As that of the knobs. */
const epsilon = 1e-7;

export const adamw: Rule = {
  slots: 2,
  move({ memory: [first, second], gradient, step, hyper }) {
    const { beta1 = 0.9, beta2 = 0.999 } = hyper;
    const m = gradient.map((g, i) => first![i]! + (1 - beta1) * (g - first![i]!));
    const v = gradient.map((g, i) => second![i]! + (1 - beta2) * (g * g - second![i]!));
    const size = stepSize(hyper, step);
    return { change: m.map((average, i) => (-size * average) / (Math.sqrt(v[i]!) + epsilon)), memory: [m, v] };
  },
  differentiate(given, moving, by) {
    const { gradient, step, hyper } = given;
    const { beta1 = 0.9, beta2 = 0.999, learningRate } = hyper;
    const [m, v] = adamw.move(given).memory;
    const [first, second] = given.memory;
    const [movingFirst, movingSecond] = moving.memory;
    const movingM = gradient.map((g, i) => {
      const own = by === 'beta1' ? g - first![i]! : 0;
      return movingFirst![i]! + (1 - beta1) * (moving.gradient[i]! - movingFirst![i]!) - own;
    });
    const movingV = gradient.map((g, i) => {
      const own = by === 'beta2' ? g * g - second![i]! : 0;
      return movingSecond![i]! + (1 - beta2) * (2 * g * moving.gradient[i]! - movingSecond![i]!) - own;
    });
    const size = stepSize(hyper, step);
    const growth = {
      learningRate: 1 / learningRate,
      beta1: (step * beta1 ** (step - 1)) / (1 - beta1 ** step),
      beta2: (-step * beta2 ** (step - 1)) / (2 * (1 - beta2 ** step)),
    };
    const movingSize = by && by in growth ? size * growth[by as keyof typeof growth] : 0;
    const change = zeros(gradient.length).map((_, i) => {
      const root = Math.sqrt(v![i]!);
      const movingRoot = root === 0 ? 0 : movingV[i]! / (2 * root);
      const average = movingSize * m![i]! + size * movingM[i]!;
      return -average / (root + epsilon) + (size * m![i]! * movingRoot) / (root + epsilon) ** 2;
    });
    return { change, memory: [movingM, movingV] };
  },
};

function stepSize({ learningRate, beta1 = 0.9, beta2 = 0.999 }: Hyper, step: number): number {
  return (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
}

export const rules = { momentum, adamw } as const;

export type RuleName = keyof typeof rules;
