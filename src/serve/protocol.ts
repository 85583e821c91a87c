/** What `tune serve` is asked and what it answers, one JSON object a line. Checks, --help and FEATURES.md are made from this. */
import { z } from 'zod';
import type { Json } from '../space/space.ts';
import { studyName } from '../space/space-file.ts';
import type { Trial } from '../study/trial.ts';
import type { TechniqueChoice } from '../tune/create-study.ts';

export interface Operation {
  readonly summary: string;
  readonly request: z.ZodObject;
  readonly answer: z.ZodObject;
}

/** Checks a definition's types; the identity at run time. */
function operation<Request extends z.ZodObject, Answer extends z.ZodObject>(definition: {
  readonly summary: string;
  readonly request: Request;
  readonly answer: Answer;
}): typeof definition {
  return definition;
}

const json = z.custom<Json>(() => true);
const record = z.record(z.string(), json);
const technique = z.custom<TechniqueChoice>(() => true);
const direction = z.enum(['minimize', 'maximize']);

const ok = z.literal(true);
const id = z.int().min(0).describe('number of the trial');
/** The names are those of numbers that JSON cannot write; null is what JSON.stringify makes of them. */
const number = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']), z.null()])
  .transform(given => (given === null ? NaN : Number(given)))
  .meta({ title: 'a number, "NaN", "Infinity", "-Infinity", or null for NaN' });

const config = record
  .meta({ title: 'an object with a value for each parameter' })
  .describe('the configuration, without the parameters that are inactive in it');
const state = z.enum(['complete', 'pruned', 'failed']);

const trials = z.strictObject({
  trials: z
    .array(z.custom<Trial>(() => true))
    .readonly()
    .meta({ title: 'a list of objects with id, state, config, value, curve and whatever else is known' }),
});

export const operations = {
  study: operation({
    summary: 'Opens a study: a new one, or the one that the storage holds, which goes on.',
    request: z.strictObject({
      op: z.literal('study'),
      space: record
        .meta({ title: 'an object with the parameters by name' })
        .describe('the parameters, in any notation that a space file may have them in'),
      constraints: z.array(z.string()).default([]).describe('conditions between parameters: "units * filters <= 8192"'),
      direction: direction.optional().describe('whether small or large values are good; default "minimize"'),
      directions: z
        .array(direction)
        .min(1)
        .optional()
        .describe('instead of `direction`, for several objectives: trials are told with as many `values`'),
      sampler: technique.optional().describe('what proposes configurations, as in `search.sampler` of a space file'),
      pruner: technique.optional().describe('what stops trials early, as in `search.pruner` of a space file'),
      planned: z.int().min(1).optional().describe('how many trials you mean to finish, for samplers that plan ahead'),
      seed: z.int().min(0).optional().describe('seed of everything random; default 1'),
      repeats: z
        .int()
        .min(0)
        .optional()
        .describe('how often the best configurations are tried again, for noisy values; default 0'),
      deterministic: z
        .int()
        .min(1)
        .optional()
        .describe(
          'how many trials run at once, for the same decisions whichever of them end first; ask is refused while it would depend on those that run',
        ),
      storage: z
        .string()
        .min(1)
        .optional()
        .describe('path of a journal, which survives a crash; default: the study lives in memory'),
      name: studyName.optional().describe('name of the study in the journal; default "study"'),
    }),
    answer: z.strictObject({ ok, trials: z.int().describe('number of trials in the storage') }),
  }),
  ask: operation({
    summary:
      'The next trial to run: first those that a crash interrupted, then a paused one that the pruner promotes, then the defaults, then enqueued ones, then what the sampler proposes.',
    request: z.strictObject({ op: z.literal('ask') }),
    answer: z.strictObject({
      id: id
        .nullable()
        .describe('number of the trial; null when no configuration is left, and then nothing else is there'),
      attempt: z.int().optional().describe('1; more when an earlier attempt was interrupted'),
      config: config.optional(),
      step: z.int().optional().describe('of a trial that was paused: its last step, after which it goes on'),
    }),
  }),
  report: operation({
    summary: 'Reports how a running trial does, and asks whether it should go on.',
    request: z.strictObject({
      op: z.literal('report'),
      id,
      step: z.int().min(1).describe('grows within a trial: an epoch'),
      value: number.describe('the value so far; of several objectives, the first'),
      metrics: z.record(z.string(), number).optional().describe('whatever else was measured, by name'),
    }),
    answer: z.strictObject({
      verdict: z
        .enum(['continue', 'stop', 'pause'])
        .describe(
          'after "stop", tell the trial with the state "pruned"; after "pause", ask for another one, and keep what this one needs to go on: a later ask may hand it out again',
        ),
    }),
  }),
  tell: operation({
    summary: 'Ends a running trial. A value that is not finite makes it a failed one.',
    request: z.strictObject({
      op: z.literal('tell'),
      id,
      value: number.optional().describe('what came out; needed unless the trial was pruned or failed'),
      values: z.array(number).min(1).optional().describe('the same for several objectives, one for each'),
      state: state.default('complete').describe('how the trial ended'),
      message: z.string().optional().describe('why it failed'),
      attributes: record.optional().describe('facts to keep with the trial'),
    }),
    answer: z.strictObject({ ok, state: state.describe('how the trial is recorded') }),
  }),
  enqueue: operation({
    summary: 'Has a configuration tried before the sampler proposes others; of several, the earliest first.',
    request: z.strictObject({
      op: z.literal('enqueue'),
      config: record.describe('values of parameters; those that it leaves out, the sampler chooses'),
    }),
    answer: z.strictObject({ ok, id }),
  }),
  best: operation({
    summary:
      'The complete trial with the best value, in a list, which is empty before there is one; of several objectives, all trials on the Pareto front.',
    request: z.strictObject({ op: z.literal('best') }),
    answer: trials,
  }),
  trials: operation({
    summary: 'All trials.',
    request: z.strictObject({ op: z.literal('trials') }),
    answer: trials,
  }),
  close: operation({
    summary: 'Ends the work on the study. Another may be opened; the program itself ends with its input.',
    request: z.strictObject({ op: z.literal('close') }),
    answer: z.strictObject({ ok }),
  }),
} satisfies Readonly<Record<string, Operation>>;

type Operations = typeof operations;
export type Op = keyof Operations;
export type Request<K extends Op = Op> = z.output<Operations[K]['request']>;
export type Answer<K extends Op = Op> = z.input<Operations[K]['answer']>;

/** The answer to a request that cannot be met; everything is as it was before. */
export const failure = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('what kind of error: REQUEST_INVALID, SPACE_INVALID, TRIAL_UNKNOWN …'),
    message: z.string().describe('all that is wrong, and what to do'),
    problems: z
      .array(z.looseObject({ message: z.string() }))
      .meta({ title: 'a list of objects with message, expected, hint and where' })
      .describe('the same, one by one'),
  }),
});
