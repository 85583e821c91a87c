/** Functions to minimize, the same as in test/golden/make-tpe.py. */
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config, Space } from '../../src/space/space.ts';

export interface Objective {
  readonly space: Space;
  value(config: Config): number;
}

const rows = [
  { weight: 1, a: [10, 3, 17, 3.5, 1.7, 8], p: [1312, 1696, 5569, 124, 8283, 5886] },
  { weight: 1.2, a: [0.05, 10, 17, 0.1, 8, 14], p: [2329, 4135, 8307, 3736, 1004, 9991] },
  { weight: 3, a: [3, 3.5, 1.7, 10, 17, 8], p: [2348, 1451, 3522, 2883, 3047, 6650] },
  { weight: 3.2, a: [17, 8, 0.05, 10, 0.1, 14], p: [4047, 8828, 8732, 5743, 1091, 381] },
];

const unit = { type: 'float', low: 0, high: 1 } as const;

export const objectives: Readonly<Record<'branin' | 'hartmann6' | 'network', Objective>> = {
  branin: {
    space: defineSpace({ x: { type: 'float', low: -5, high: 10 }, y: { type: 'float', low: 0, high: 15 } }),
    value(config) {
      const [x, y] = [config['x'] as number, config['y'] as number];
      const valley = y - (5.1 * x ** 2) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6;
      return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    },
  },
  hartmann6: {
    space: defineSpace({ x0: unit, x1: unit, x2: unit, x3: unit, x4: unit, x5: unit }),
    value(config) {
      const hills = rows.map(({ weight, a, p }) => {
        const distance = a.reduce((sum, scale, i) => sum + scale * ((config[`x${i}`] as number) - p[i]! / 1e4) ** 2, 0);
        return weight * Math.exp(-distance);
      });
      return -hills.reduce((sum, hill) => sum + hill, 0);
    },
  },
  network: {
    space: defineSpace({
      optimizer: { type: 'categorical', choices: ['sgd', 'adam', 'rmsprop'] },
      units: { type: 'int', low: 8, high: 512, log: true },
      layers: { type: 'int', low: 1, high: 5 },
      l2: { type: 'float', low: 1e-6, high: 1e-1, log: true },
      rate: { type: 'float', low: 1e-4, high: 1, log: true, when: { optimizer: ['sgd'] } },
      momentum: { type: 'float', low: 0, high: 0.99, when: { optimizer: ['sgd'] } },
      adamRate: { type: 'float', low: 1e-5, high: 1e-1, log: true, when: { optimizer: ['adam'] } },
      decay: { type: 'float', low: 0, high: 1, when: { optimizer: ['rmsprop'] } },
    }),
    value(config) {
      const at = (name: string): number => config[name] as number;
      const loss =
        0.05 * (Math.log2(at('units')) - 6.5) ** 2 +
        0.1 * Math.abs(at('layers') - 3) +
        0.04 * (Math.log10(at('l2')) + 3.7) ** 2;
      if (config['optimizer'] === 'adam') return loss + 0.1 + 0.2 * (Math.log10(at('adamRate')) + 3) ** 2;
      if (config['optimizer'] === 'rmsprop') return loss + 0.2 + 0.2 * (at('decay') - 0.6) ** 2;
      const ridge = Math.log10(at('rate')) + 1 + 2 * (at('momentum') - 0.5);
      return loss + 0.3 * ridge ** 2 + 2 * (at('momentum') - 0.8) ** 2;
    },
  },
};
