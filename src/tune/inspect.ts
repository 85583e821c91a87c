/** Looks at what a space file describes without training: the model of one configuration, and the range of all models. */
import { TuneError } from '../errors.ts';
import { completeConfig } from '../space/complete-config.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { show } from '../space/json.ts';
import { suggest } from '../space/nearest.ts';
import { legalValues } from '../space/param-schema.ts';
import { isLegal } from '../space/scale.ts';
import { resolve } from '../space/resolve.ts';
import type { Config, Json, Space } from '../space/space.ts';
import { completeSpaceFile, planFile, type CompleteSpaceFile } from '../train/complete.ts';
import type { DataDescription } from '../train/data/dataset.ts';
import { dataKnobs } from '../train/data/section.ts';
import { standardTestShare } from '../train/data/split.ts';
import { stepsOf } from '../train/epochs.ts';
import { costFactor, estimatorOf } from '../train/hypergradient/cost.ts';
import type { Refused } from '../train/hypergradient/eligible.ts';
import type { Learned, Tuning } from '../train/hypergradient/tuning.ts';
import { inspect, type Inspection } from '../train/inspect.ts';
import { tryToConfigure, type Templates } from '../train/configured.ts';
import type { Planned } from '../train/planned.ts';
import type { DataShape } from '../train/program.ts';
import { servedBy } from './feasible.ts';
import { withGradients } from './gradients.ts';
import { configsToLookAt } from './looks.ts';
import type { TuneFile } from './sections.ts';
import { readTarget, type TuneTarget } from './target.ts';
import { describeData } from './work.ts';

export interface InspectedStudy extends Inspection {
  readonly study: string;
  readonly data: DataShape & { readonly examples: number };
  readonly config: Config;
  readonly batchSize: number;
  /** Absent where the configuration has no parameters that the validation gradient tunes. */
  readonly gradients?: InspectedTuning;
  readonly space: InspectedSpace;
}

export interface InspectedTuning {
  /** Names of parameters. */
  readonly tuned: readonly string[];
  readonly estimator: Learned['estimator'];
  /** Gradients for each of a plain trial. */
  readonly cost: number;
  /** Parameters that are left to the sampler although gradients were asked for. */
  readonly refused: readonly Refused[];
}

export interface SizedConfig {
  readonly config: Config;
  readonly parameters: number;
  readonly flops: number;
}

/** What was found among the configurations that were looked at. */
export interface InspectedSpace {
  readonly looked: number;
  /** Whether these are all configurations there are. */
  readonly isWhole: boolean;
  /** By parameters; absent when none of them is possible. */
  readonly smallest?: SizedConfig;
  readonly largest?: SizedConfig;
  readonly impossible: number;
  /** Why, the commonest first. */
  readonly reasons: readonly { readonly message: string; readonly count: number; readonly example: Config }[];
  /** Configurations with data of their own, whose shape is not known before it loads. */
  readonly otherData: number;
}

/**
 * @param given values in place of defaults
 * @throws TuneError for anything wrong with the file or the data, MODEL_INVALID when the configuration is impossible,
 * USAGE when it does not belong to the space
 */
export async function inspectStudy(target: TuneTarget, given: Config = {}): Promise<InspectedStudy> {
  const read = await readTarget(target, {});
  if (read.trainer !== undefined)
    throw new TuneError('USAGE', {
      message: `the study ${read.name} has a trainer of its own, and only that knows what it trains`,
      expected: 'a space file with "data"',
    });
  const dataset = await describeData(read);
  const { file, refused } = withGradients(completeSpaceFile(read, read.data ?? {}, dataset), dataset);
  const { task, inputShape, targetSize, classes, size: examples } = dataset;
  const config = configWith(file.space, given);
  const planned = planFile(file, dataset, config);
  return {
    study: file.name,
    data: { task, inputShape, targetSize, ...(classes && { classes }), examples },
    config,
    batchSize: planned.train.batchSize,
    ...inspect(dataset, planned),
    ...(planned.tuning && {
      gradients: inspectTuning(planned.tuning, planned, trainingRows(file, dataset, config), refused),
    }),
    space: inspectSpace(file, dataset),
  };
}

function inspectTuning(
  tuning: Tuning,
  { train, phases }: Planned,
  rows: number,
  refused: readonly Refused[],
): InspectedTuning {
  const steps = train.epochs * stepsOf(rows, train);
  const { program } = phases.at(-1)!;
  const estimator = estimatorOf(tuning, { optimizer: program.optimizer.technique.name, steps });
  const tuned = tuning.parameters.map(({ name }) => name);
  return { tuned, estimator, cost: costFactor(tuning, estimator, program), refused };
}

/** How many rows train, but for the rounding of the other parts. */
function trainingRows({ data, space }: CompleteSpaceFile<any, any>, dataset: DataDescription, config: Config): number {
  const { split, trainingExamples = Infinity } = dataKnobs.parse(resolve(data, space, config));
  const { size, testSize } = dataset;
  const test = testSize === undefined ? (split.test ?? standardTestShare) : 0;
  const free = size - (testSize ?? 0);
  return Math.min(trainingExamples, Math.round(free * (1 - split.validation - split.tuning - test)));
}

/** The default configuration with the given values in their places. */
function configWith(space: Space, given: Config): Config {
  const names = space.params.map(({ name }) => name);
  const unknown = Object.keys(given).filter(name => !names.includes(name));
  if (unknown.length > 0)
    throw new TuneError(
      'USAGE',
      unknown.map(name => ({ message: `there is no parameter "${name}"`, ...suggest(name, names) })),
    );
  const config = completeConfig(space, param =>
    Object.hasOwn(given, param.name) ? given[param.name]! : param.default,
  );
  const problems = space.params.flatMap(param => {
    if (!Object.hasOwn(given, param.name)) return [];
    const value = given[param.name]!;
    if (!isLegal(param, value))
      return [{ message: `"${param.name}" cannot be ${show(value)}`, expected: legalValues(param) }];
    if (Object.hasOwn(config, param.name)) return [];
    return [{ message: `"${param.name}" is not active here`, expected: `parents as in "when": ${show(param.when)}` }];
  });
  if (problems.length > 0) throw new TuneError('USAGE', problems);
  if (isFeasible(space, config)) return config;
  throw new TuneError('USAGE', {
    message: `${show(config)} breaks the constraints`,
    expected: space.constraints.join(', '),
  });
}

function inspectSpace(
  file: Templates & Pick<TuneFile, 'seed'> & { readonly data: Json },
  data: DataShape,
): InspectedSpace {
  const { configs, isWhole } = configsToLookAt(file.space, file.seed);
  const served = configs.filter(servedBy(file));
  const reasons = new Map<string, { message: string; count: number; example: Config }>();
  const possible: SizedConfig[] = [];
  for (const config of served) {
    const configured = tryToConfigure(file, data, config);
    if (typeof configured === 'string') {
      // The same flaw of several sizes is one reason.
      const kind = configured.replaceAll(/\d+(?:\.\d+)?/g, '#');
      const known = reasons.get(kind) ?? { message: configured, count: 0, example: config };
      reasons.set(kind, { ...known, count: known.count + 1 });
    } else {
      const { parameters, plan } = configured.phases.at(-1)!.program;
      possible.push({ config, parameters, flops: plan.flops });
    }
  }
  const bySize = possible.toSorted((a, b) => a.parameters - b.parameters || a.flops - b.flops);
  const [smallest, largest] = [bySize[0], bySize.at(-1)];
  return {
    looked: served.length,
    isWhole: isWhole && served.length === configs.length,
    ...(smallest && { smallest }),
    ...(largest && { largest }),
    impossible: served.length - possible.length,
    reasons: [...reasons.values()].toSorted((a, b) => b.count - a.count),
    otherData: configs.length - served.length,
  };
}
