/**
 * Tree-structured Parzen estimator: two estimators of where configurations lie, of the good ones and of the others; of some
 * candidates drawn from the first, the one that is likeliest there compared to the second. See parzen.ts, split-trials.ts.
 * Parameters with the same condition are estimated together, from the trials that have them, parents first.
 */
import { z } from 'zod';
import { isActive } from '../space/active-params.ts';
import { completeConfig } from '../space/complete-config.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { canonical } from '../space/json.ts';
import { countValues, fromUnit, isLegal, shareAt, toUnit } from '../space/scale.ts';
import type { Config, Param, Space } from '../space/space.ts';
import type { SuggestContext } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { parzen, type Axis } from './parzen.ts';
import { random } from './random.ts';
import { sampler } from './sampler.ts';
import { isFinished, splitTrials } from './split-trials.ts';

type Options = z.infer<typeof knobs>;

const knobs = z.strictObject({
  startupTrials: z
    .int()
    .min(0)
    .max(100_000)
    .default(10)
    .describe('finished trials before it no longer draws at random'),
  candidates: z.int().min(1).max(10_000).default(24).describe('candidates of which the best one is tried'),
  multivariate: z
    .boolean()
    .default(true)
    .describe('parameters with the same condition are estimated together; else each alone'),
});

export const tpe = sampler({
  name: 'tpe',
  summary: 'tree-structured Parzen estimator: near good configurations, away from bad and running ones',
  paper: 'https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization',
  knobs,
  create: options => ({ suggest: context => suggest(context, options) }),
});

/** Draws for each candidate, in search of those that satisfy the constraints and are new. */
const maxDraws = 20;

function suggest(context: SuggestContext, { startupTrials, candidates, multivariate }: Options): Config | undefined {
  const { space, history, rng } = context;
  const drawAny = (): Config | undefined => random.create({}).suggest(context);
  if (history.filter(isFinished).length < startupTrials) return drawAny();
  const { good, bad } = splitTrials(history);
  const used = new Set(history.map(({ config }) => canonical(config)));
  const isAllowed = (config: Config): boolean => isFeasible(space, config) && !used.has(canonical(config));

  let config: Config = {};
  for (const block of blocksOf(space, multivariate)) {
    if (!isActive(block[0]!, config, new Set(Object.keys(config)))) continue;
    const axes = block.map(axisOf);
    const likely = parzen(axes, pointsOf(block, good));
    const unlikely = parzen(axes, pointsOf(block, bad));
    let [best, highest, found]: [Config | undefined, number, number] = [undefined, -Infinity, 0];
    for (let draw = 0; draw < maxDraws * candidates && found < candidates; draw++) {
      const candidate = { ...config, ...valuesAt(block, likely.draw(rng)) };
      if (!isAllowed(candidate)) continue;
      found += 1;
      const point = pointOf(block, candidate);
      const score = likely.logDensity(point) - unlikely.logDensity(point);
      if (score > highest) [best, highest] = [candidate, score];
    }
    // A dead end: constraints and earlier trials have left too little of what is likely.
    if (!best) return drawAny();
    config = best;
  }
  return completeConfig(space, ({ name }) => config[name]!);
}

/** Parameters that are active together, in an order in which conditions know the values they ask for. */
function blocksOf({ params }: Space, multivariate: boolean): readonly (readonly Param[])[] {
  if (!multivariate) return params.map(param => [param]);
  const blocks = new Map<string, Param[]>();
  for (const param of params) {
    const condition = canonical(param.when ?? {});
    blocks.set(condition, [...(blocks.get(condition) ?? []), param]);
  }
  return [...blocks.values()];
}

export function axisOf(param: Param): Axis {
  const count = countValues(param);
  const isUnordered = param.type === 'categorical' || param.type === 'boolean' || count === 1;
  return {
    ...(isUnordered && { choices: count }),
    shareAt: coordinate => shareAt(param, coordinate),
  };
}

/** Where the trials lie that have the block's parameters. */
function pointsOf(block: readonly Param[], trials: readonly Trial[]): readonly Float64Array[] {
  const hasAll = ({ config }: Trial): boolean =>
    block.every(param => Object.hasOwn(config, param.name) && isLegal(param, config[param.name]!));
  return trials.filter(hasAll).map(({ config }) => pointOf(block, config));
}

function pointOf(block: readonly Param[], config: Config): Float64Array {
  return Float64Array.from(block, param => toUnit(param, config[param.name]!));
}

function valuesAt(block: readonly Param[], point: Float64Array): Config {
  return Object.fromEntries(block.map((param, index) => [param.name, fromUnit(param, point[index]!)]));
}
