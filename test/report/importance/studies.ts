/** Studies whose parameters matter in known ways. */
import type { Config, Param, Space } from '../../../src/space/space.ts';
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
