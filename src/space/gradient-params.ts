/** Parameters that the validation gradient tunes within a trial, and the one that says how a trial goes about it. */
import type { CategoricalParam } from './params.ts';
import type { Param, Space } from './space.ts';

/** The sampler that leaves every parameter to the gradient that it can tune. */
export const gradientSampler = 'gradient';

/** Added to spaces with such parameters. */
export const hypergradientName = 'hypergradient';

/** "online": values move while a trial trains; "restart": they stay, and their gradient is told; "off": they stay. */
export type HypergradientMode = 'online' | 'restart' | 'off';

export const hypergradientModes: readonly HypergradientMode[] = ['online', 'restart', 'off'];

export function isGradientTuned({ tune }: Pick<Param, 'tune'>): boolean {
  return tune === 'gradient';
}

/** The space with these parameters marked and no others, and with the parameter that says how a trial tunes them. */
export function withGradientTuned(space: Space, names: ReadonlySet<string>, standard: HypergradientMode): Space {
  const params = space.params.map((given): Param => {
    const { tune: _, ...param } = given;
    return (names.has(param.name) ? { ...param, tune: 'gradient' } : param) as Param;
  });
  const mode: CategoricalParam = { type: 'categorical', choices: hypergradientModes, default: standard };
  return { ...space, params: [...params, { name: hypergradientName, ...mode }] };
}
