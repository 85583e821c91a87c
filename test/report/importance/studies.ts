/** Studies whose parameters matter in known ways. */
import { completeConfig } from '../../../src/space/complete-config.ts';
import { fromUnit } from '../../../src/space/scale.ts';
import type { Config, Param, Space } from '../../../src/space/space.ts';
import { createRng } from '../../../src/study/rng.ts';
import type { Trial } from '../../../src/study/trial.ts';

/** Complete trials, in order. */
export function trialsOf(results: readonly { readonly config: Config; readonly value: number }[]): readonly Trial[] {
  return results.map(({ config, value }, id) => ({
    id,
    state: 'complete',
    attempt: 1,
    config,
    value,
    curve: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.000Z',
  }));
}

export function unitParams(...names: readonly string[]): readonly Param[] {
  return names.map(name => ({ name, type: 'float', low: 0, high: 1, log: false, step: null, default: 0.5 }));
}

const ratios = [(Math.sqrt(5) - 1) / 2, Math.SQRT2 - 1, Math.sqrt(3) - 1, Math.sqrt(7) - 2];

/** The golden set of reports-reliability.md 2.2: Optuna 5.0.0 gave its importances. */
export function goldenStudy(n: number): { readonly space: Space; readonly trials: readonly Trial[] } {
  const offsets: Record<number, number> = { 16: 0.3, 32: 0.1, 64: 0, 128: 0.05 };
  const results = Array.from({ length: n }, (_, index) => {
    const [u1, u2, u3, u4] = ratios.map(ratio => ((index + 1) * ratio) % 1) as [number, number, number, number];
    const lr = 10 ** (-5 + 4 * u1);
    const dropout = 0.6 * u2;
    const units = [16, 32, 64, 128][Math.floor(4 * u3)]!;
    const batch = Math.min(64, Math.floor(8 + 57 * u4));
    const value = (Math.log10(lr) + 3) ** 2 + 3.125 * (dropout - 0.2) ** 2 + offsets[units]!;
    return { config: { lr, dropout, units, batch }, value };
  });
  const params: readonly Param[] = [
    { name: 'lr', type: 'float', low: 1e-5, high: 0.1, log: true, step: null, default: 1e-3 },
    { name: 'dropout', type: 'float', low: 0, high: 0.6, log: false, step: null, default: 0.3 },
    { name: 'units', type: 'categorical', choices: [16, 32, 64, 128], default: 16 },
    { name: 'batch', type: 'int', low: 8, high: 64, log: false, step: 1, default: 32 },
  ];
  return { space: { params, constraints: [] }, trials: trialsOf(results) };
}

/** Trials at random places of a space. */
export function randomTrials(
  space: Space,
  count: number,
  valueOf: (config: Config, noise: number) => number,
  seed = 1,
): readonly Trial[] {
  const rng = createRng(seed, 'importance test');
  return trialsOf(
    Array.from({ length: count }, () => {
      const config = completeConfig(space, param => fromUnit(param, rng.uniform()));
      return { config, value: valueOf(config, rng.normal()) };
    }),
  );
}

/** All kinds of parameter, some of which are not always there. */
export const conditionalSpace: Space = {
  params: [
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam', 'eve'], default: 'adam' },
    { name: 'lr', type: 'float', low: 1e-4, high: 1, log: true, step: null, default: 0.01 },
    {
      name: 'momentum',
      type: 'float',
      low: 0,
      high: 0.99,
      log: false,
      step: null,
      default: 0.5,
      when: { optimizer: ['sgd'] },
    },
    {
      name: 'beta',
      type: 'float',
      low: 0.8,
      high: 0.95,
      log: false,
      step: 0.05,
      default: 0.9,
      when: { optimizer: ['adam', 'eve'] },
    },
    // No whole number lies in the middle between two of PED-ANOVA's cells, where the last digit of a logarithm decides.
    { name: 'units', type: 'int', low: 3, high: 320, log: true, step: 1, default: 30 },
    { name: 'layers', type: 'int', low: 1, high: 9, log: false, step: 2, default: 3 },
    { name: 'norm', type: 'boolean', default: true },
  ],
  constraints: [],
};

export function conditionalLoss({ optimizer, lr, momentum, beta, units, norm }: Config, noise: number): number {
  const own = optimizer === 'sgd' ? 2 * (0.9 - (momentum as number)) ** 2 : 0.3 + (beta as number) / 10;
  const size = Math.log10((units as number) / 60) ** 2;
  return (Math.log10(lr as number) + 2) ** 2 + own + 0.3 * size + (norm ? 0 : 0.2) + 0.05 * noise;
}
