/** What a space file says, beside the inside of its templates: those belong to the training. */
import { z } from 'zod';
import { parseDuration } from '../text.ts';
import type { Location } from '../errors.ts';
import type { Path } from './finding.ts';
import type { Config, Json, Space } from './space.ts';
import type { Chosen, Technique } from './technique.ts';

/** The schemas of everything that a file can name; handed in, since this folder knows neither training nor samplers. */
export interface Sections<S extends Technique = Technique, P extends Technique = Technique> {
  readonly data: z.ZodType;
  readonly model: z.ZodType;
  readonly train: z.ZodType;
  readonly after: z.ZodType;
  readonly needs: z.ZodType;
  readonly sampler: z.ZodType<Chosen<S>>;
  readonly pruner: z.ZodType<Chosen<P>>;
}

/** The sections of the built-in training. */
export const trainingNames = ['data', 'model', 'train', 'after'] as const;

/** The sections that are templates: any value in them may be "$param". */
export const templateNames = [...trainingNames, 'needs'] as const;

export interface Budget {
  /** Finished trials of the study. */
  readonly trials: number;
  /** Seconds after which no trial starts. */
  readonly duration?: number;
  /** Seconds that one trial may take. */
  readonly trialDuration?: number;
  /** Value that is good enough. */
  readonly target?: number;
  /** Whether the study ends when more trials promise less than the noise of the metric. */
  readonly converged?: boolean;
  /** Gradients, counted in examples, after which no trial starts: what makes methods of unequal cost compare. */
  readonly gradientEvaluations?: number;
}

/** What makes a trial good. */
export interface Metric {
  readonly name: string;
  readonly goal: 'minimize' | 'maximize';
}

export interface SpaceFile<S extends Technique = Technique, P extends Technique = Technique> {
  /** Name of the study: the file's own, or that of the file. */
  readonly name: string;
  /** Path as the user gave it; absent when the contents came from code. */
  readonly file?: string;
  /** Relative paths in the file start here. */
  readonly folder: string;
  readonly space: Space;
  readonly data?: Json;
  readonly model?: Json;
  readonly train?: Json;
  /** What is done with the best model. */
  readonly after?: Json;
  /** What a worker must have to run a trial; one machine ignores it. */
  readonly needs?: Json;
  /** Path of the user's trainer module. */
  readonly trainer?: string;
  readonly search: {
    readonly sampler: Chosen<S>;
    readonly pruner: Chosen<P>;
    /** One trial in so many runs unpruned; 0 for none. */
    readonly controls: number;
    /** How many trials run at once, at most, where decisions must not depend on which of them end first. */
    readonly deterministic: number | false;
    /** How often the best configurations are tried again. */
    readonly repeats: number;
    /** How often each of the best configurations trains again after the search. */
    readonly confirm: number;
    /** Configurations to try first, whole or in part. */
    readonly enqueue: readonly Config[];
    /** Folders or journals of earlier studies, whose best configurations are tried first. */
    readonly warmStart: readonly string[];
  };
  readonly budget: Budget;
  /** The first objective: what is measured after each epoch, stops training and decides which weights are kept. */
  readonly metric: Metric;
  /** All objectives, the first one too. */
  readonly metrics: readonly Metric[];
  readonly seed: number;
  /** What the file says, as it is written. */
  readonly written: Readonly<Record<string, Json>>;
  /** Where a path stands in the file; undefined when there is none. */
  readonly locate: (path: Path) => Location | undefined;
}

/** Study names are names of folders too: nothing in them leads elsewhere, on any system. */
export const studyName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/)
  .refine(name => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name), {
    message: 'Windows reserves this name',
    params: { expected: 'another one, such as "digits-2"' },
  })
  .meta({ title: 'a name of letters, digits, ".", "_" and "-", such as "digits-2"' });

export function isStudyName(name: string): boolean {
  return studyName.safeParse(name).success;
}

const json = z.custom<Json>(() => true);

/** Trials that run at once in a deterministic study, which must not depend on the machine, where nobody says otherwise. */
const deterministicTrials = 4;

/** What "deterministic" means, as the number of trials that run at once. */
export function trialsAtOnce(deterministic: number | boolean): number | false {
  return deterministic === true ? deterministicTrials : deterministic;
}

const duration = z
  .string()
  .transform((text, context) => {
    const seconds = parseDuration(text);
    if (seconds !== undefined && seconds > 0) return seconds;
    context.addIssue({
      code: 'custom',
      message: `this is no time: "${text}"`,
      params: { expected: 'a time such as "90s", "10m" or "1.5h"' },
    });
    return z.NEVER;
  })
  .meta({ title: 'a time such as "90s", "10m" or "1.5h"' });

/** Keras's "auto": accuracies grow, everything else falls. */
export function goalOf(metric: string): 'minimize' | 'maximize' {
  return /accuracy$/i.test(metric) ? 'maximize' : 'minimize';
}

function metricSchema(standard: string) {
  return z
    .strictObject({
      name: z
        .string()
        .min(1)
        .default(standard)
        .describe(
          'what is measured after each epoch: valLoss, valAccuracy, valMse, valMae; beside it also facts of the model: parameters, flops, inferenceMs, seconds',
        ),
      goal: z.enum(['minimize', 'maximize']).optional().describe('default: maximize for accuracies, else minimize'),
    })
    .transform(({ name, goal }): Metric => ({ name, goal: goal ?? goalOf(name) }));
}

function metricList(standard: string) {
  const names = (list: readonly Metric[]): ReadonlySet<string> => new Set(list.map(({ name }) => name));
  return z
    .array(metricSchema(standard))
    .min(1)
    .max(10)
    .refine(list => names(list).size === list.length, {
      message: '"metric" names one twice',
      params: { expected: 'each metric once' },
    });
}

/** The file without the meaning of its parameters and templates. */
export function fileSchema<S extends Technique, P extends Technique>(
  { sampler, pruner }: Sections<S, P>,
  standardMetric: string,
  standardPruner = 'auto',
) {
  return z.strictObject({
    $schema: z.string().optional().describe('the JSON Schema, for completion in editors'),
    name: studyName.optional().describe('name of the study; default: that of the file'),
    data: json.optional(),
    model: json.optional(),
    train: json.optional(),
    after: json.optional(),
    needs: json.optional(),
    trainer: z
      .string()
      .min(1)
      .optional()
      .describe('path of a module of your own that trains one configuration; in place of data, model and train'),
    space: z
      .record(z.string(), json)
      .meta({ title: 'an object with the parameters by name' })
      .default({})
      .describe('the parameters by name'),
    constraints: z.array(z.string()).default([]).describe('conditions between parameters: "units * filters <= 8192"'),
    search: z
      .strictObject({
        sampler: sampler.prefault('auto' as never).describe('what proposes configurations'),
        pruner: pruner
          .prefault(standardPruner as never)
          .describe('what stops trials that will not win; default where several metrics count: none'),
        controls: z
          .union([z.int().min(0).max(1_000_000), z.literal(false).transform(() => 0)])
          .default(10)
          .describe('one trial in so many runs unpruned, to tell what pruning would lose; 0 for none'),
        deterministic: z
          .union([z.boolean(), z.int().min(1).max(1024)])
          .default(false)
          .transform(trialsAtOnce)
          .describe(
            `same seed, same trials, on any number of slots: trial n follows from the results up to n - W, where W is ${deterministicTrials} or the number that stands here, and at most W run at once; a slow one may hold up others`,
          ),
        repeats: z
          .int()
          .min(0)
          .max(100)
          .default(0)
          .describe(
            'how often the best configurations are tried again, with other seeds, in the last fifth of the trials; the best one is then that with the best mean',
          ),
        confirm: z
          .int()
          .min(0)
          .max(100)
          .default(0)
          .describe(
            'after the search, how often each of the 3 best configurations trains again, with fresh seeds, to tell luck from worth; the best one is then that with the best mean',
          ),
        enqueue: z
          .array(z.record(z.string(), json).meta({ title: 'an object with values of parameters' }))
          .default([])
          .describe('configurations to try after the defaults; the sampler chooses what they leave out'),
        warmStart: z
          .array(z.string().min(1))
          .default([])
          .describe('folders or journals of earlier studies, whose 3 best configurations are tried after the defaults'),
      })
      .prefault({} as never)
      .describe('how to search'),
    budget: z
      .strictObject({
        trials: z.int().min(1).max(1_000_000).default(20).describe('trials of the study'),
        duration: duration.optional().describe('start no trial after this time: "90s", "10m", "1.5h"'),
        trialDuration: duration.optional().describe('end a trial after this time'),
        target: z.number().optional().describe('value of the metric that is good enough'),
        converged: z
          .boolean()
          .optional()
          .describe(
            'start no trial once the expected improvement by more of them is below the noise of the metric; with one metric',
          ),
        gradientEvaluations: z
          .int()
          .min(1)
          .optional()
          .describe('start no trial once finished ones have taken so many gradients, counted in examples'),
      })
      .prefault({})
      .describe('when to stop'),
    metric: z
      .union([metricSchema(standardMetric), metricList(standardMetric)])
      .transform(given => [given].flat())
      .prefault({})
      .describe(
        'what makes a trial good; a list where several things do: [{ "name": "valLoss" }, { "name": "inferenceMs" }]',
      ),
    seed: z.int().min(0).default(1).describe('seed of everything random'),
  });
}
