import { describe, expect, test } from 'vitest';
import { none } from '../../src/pruners/none.ts';
import { random } from '../../src/samplers/random.ts';
import { sobol } from '../../src/samplers/sobol.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { runStudy, type LoopOptions, type StopCause } from '../../src/study/loop.ts';
import type { Executor, Observer, TrialJob } from '../../src/study/ports.ts';
import { trialSeed } from '../../src/study/rng.ts';
import type { Study } from '../../src/study/study.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import { at, fillable, line, makeStudy, storageWith } from './make-study.ts';
import { finite } from './spaces.ts';

type Run = (job: TrialJob, observe: Observer) => TrialResult | Promise<TrialResult>;

function executor(run: Run, slots = 1): Executor {
  return { slots, run: async (job, observe) => run(job, observe), close: () => Promise.resolve() };
}

function complete(value: number): TrialResult {
  return { state: 'complete', value };
}

const crash: TrialResult = {
  state: 'failed',
  failure: { cause: 'crash', message: 'the trainer host ended by SIGSEGV' },
};

/** Trains for so many epochs; the value is the last epoch's number, negated. */
function training(epochs: number, afterEpoch: (job: TrialJob, epoch: number) => void = () => undefined): Run {
  return async (job, observe) => {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const verdict = await observe({ step: epoch, value: -epoch });
      afterEpoch(job, epoch);
      if (verdict === 'stop') return { state: 'pruned', stopped: 'pruner', value: -epoch };
    }
    return complete(-epochs);
  };
}

function run(study: Study, run: Run | Executor, options: Partial<LoopOptions> = {}): Promise<StopCause> {
  const given = typeof run === 'function' ? executor(run) : run;
  return runStudy(study, given, { budget: { trials: 5 }, clock: () => 0, ...options });
}

/** When nothing is left to do but wait. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

function states(study: Study): string[] {
  return study.trials().map(({ state }) => state);
}

describe('the budget', () => {
  test('trials are run one by one until there are enough', async () => {
    const study = await makeStudy();
    expect(await run(study, ({ trial }) => complete(trial))).toBe('trials');
    expect(study.trials().map(({ value }) => value)).toEqual([0, 1, 2, 3, 4]);
  });

  test('pruned and failed trials count, those of earlier runs too', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.tell(0, NaN);
    expect(await run(study, ({ trial }) => (trial === 1 ? { state: 'pruned' } : complete(trial)))).toBe('trials');
    expect(states(study)).toEqual(['failed', 'pruned', 'complete', 'complete', 'complete']);
  });

  describe('of gradients', () => {
    const costing = (cost: unknown): TrialResult => ({ ...complete(1), attributes: { gradientEvaluations: cost } });
    const budget = { trials: 10, gradientEvaluations: 300 };

    test('no trial starts once finished ones have taken them', async () => {
      const study = await makeStudy();
      expect(await run(study, () => costing(120), { budget })).toBe('gradient-evaluations');
      expect(states(study)).toEqual(['complete', 'complete', 'complete']);
      expect(await run(study, () => costing(120), { budget })).toBe('gradient-evaluations');
      expect(study.trials()).toHaveLength(3);
    });

    test('running trials end as they would, and count then', async () => {
      const study = await makeStudy();
      const parallel = executor(async () => {
        await settled();
        return costing(300);
      }, 4);
      expect(await run(study, parallel, { budget })).toBe('gradient-evaluations');
      expect(states(study)).toEqual(['complete', 'complete', 'complete', 'complete']);
    });

    test('trials of unknown cost count nothing, and the number of trials ends the study as well', async () => {
      const study = await makeStudy();
      expect(await run(study, () => costing('many'), { budget: { ...budget, trials: 4 } })).toBe('trials');
      expect(study.trials()).toHaveLength(4);
    });
  });

  test('no trial starts once more of them would bring nothing', async () => {
    const study = await makeStudy();
    const isConverged = (trials: readonly { readonly state: string }[]): boolean =>
      trials.filter(({ state }) => state === 'complete').length >= 3;
    expect(await run(study, () => complete(1), { isConverged })).toBe('converged');
    expect(study.trials()).toHaveLength(3);
    expect(await run(study, () => complete(1), { isConverged })).toBe('converged');
    expect(study.trials()).toHaveLength(3);
  });

  test('a budget that is spent starts nothing', async () => {
    const study = await makeStudy();
    expect(await run(study, () => complete(1), { budget: { trials: 0 } })).toBe('trials');
    expect(study.trials()).toEqual([]);
  });

  test('interrupted trials of an earlier run come first, as a further attempt', async () => {
    const started = (trial: number): StudyEvent => ({
      type: 'trial-started',
      trial,
      attempt: 1,
      config: { x: trial },
      at,
    });
    const study = await makeStudy({ storage: await storageWith([started(0), started(1)]) });
    const jobs: TrialJob[] = [];
    await run(study, job => (jobs.push(job), complete(1)), { budget: { trials: 3 } });
    expect(jobs.map(({ trial, attempt }) => [trial, attempt])).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
    ]);
  });

  test('no trial starts once the duration is over', async () => {
    let now = 0;
    const study = await makeStudy();
    const cause = await run(study, () => ((now += 1000), complete(1)), {
      budget: { trials: 9, duration: 2.5 },
      clock: () => now,
    });
    expect([cause, study.trials().length]).toEqual(['duration', 3]);
  });

  test('the duration counts from the beginning of the run', async () => {
    let now = 1e6;
    const study = await makeStudy();
    await run(study, () => ((now += 1000), complete(1)), { budget: { trials: 9, duration: 2 }, clock: () => now });
    expect(study.trials()).toHaveLength(2);
  });

  test.each([
    ['minimize', [3, 2, 1]],
    ['maximize', [1, 2, 3]],
  ] as const)('a target ends a study to %s when it is reached', async (direction, values) => {
    const study = await makeStudy({ direction });
    const cause = await run(study, ({ trial }) => complete(values[trial]!), { budget: { trials: 9, target: 2 } });
    expect([cause, study.trials().length]).toEqual(['target', 2]);
  });

  test('a target that is reached already starts nothing', async () => {
    const study = await makeStudy();
    await study.ask();
    await study.tell(0, -1);
    expect(await run(study, () => complete(1), { budget: { trials: 9, target: 0 } })).toBe('target');
    expect(study.trials()).toHaveLength(1);
  });

  test.each([random, sobol])('$name ends with the last configuration of its space, each tried once', async sampler => {
    const study = await makeStudy({ space: finite, sampler: sampler.create({}) });
    expect(await run(study, ({ trial }) => complete(trial), { budget: { trials: 99 } })).toBe('exhausted');
    expect(new Set(study.trials().map(({ config }) => JSON.stringify(config))).size).toBe(10);
    expect(study.trials()).toHaveLength(10);
  });
});

describe('slots', () => {
  test('are kept filled, never more', async () => {
    const study = await makeStudy();
    const running = new Map<number, () => void>();
    const waiting: Run = ({ trial }) =>
      new Promise(resolve => {
        running.set(trial, () => {
          running.delete(trial);
          resolve(complete(trial));
        });
      });
    const cause = run(study, executor(waiting, 3));
    const seen: number[][] = [];
    for (const next of [1, 0, 3, 2, 4]) {
      await settled();
      seen.push([...running.keys()]);
      running.get(next)!();
    }
    expect(seen).toEqual([[0, 1, 2], [0, 2, 3], [2, 3, 4], [2, 4], [4]]);
    expect(await cause).toBe('trials');
  });

  test('more of them than trials left start no more trials', async () => {
    const study = await makeStudy();
    await run(
      study,
      executor(({ trial }) => complete(trial), 8),
      { budget: { trials: 3 } },
    );
    expect(study.trials()).toHaveLength(3);
  });

  test('a slow trial does not hold up the others', async () => {
    const study = await makeStudy();
    let finish = (): void => undefined;
    const slow = new Promise<void>(resolve => (finish = resolve));
    await run(
      study,
      executor(async ({ trial }) => {
        if (trial === 0) await slow;
        if (trial === 4) finish();
        return complete(trial);
      }, 2),
    );
    expect(states(study)).toEqual(Array.from({ length: 5 }, () => 'complete'));
  });
});

describe('a job', () => {
  test('has all that an executor needs, with a seed of its own', async () => {
    const study = await makeStudy({ seed: 8 });
    const jobs: TrialJob[] = [];
    await run(study, job => (jobs.push(job), complete(1)), { budget: { trials: 2 } });
    expect(jobs).toEqual([
      { trial: 0, attempt: 1, seed: trialSeed(8, 0), config: { x: 50 } },
      { trial: 1, attempt: 1, seed: trialSeed(8, 1), config: { x: 1 } },
    ]);
  });

  test('is stopped by the pruner', async () => {
    const study = await makeStudy({ pruner: { judge: ({ curve }) => (curve.length < 3 ? 'continue' : 'stop') } });
    await run(study, training(9), { budget: { trials: 1 } });
    expect(study.trials()[0]).toMatchObject({ state: 'pruned', stopped: 'pruner', value: -3 });
  });

  test('that reports nonsense fails, and the study goes on', async () => {
    const study = await makeStudy();
    const verdicts: string[] = [];
    const cause = await run(
      study,
      async ({ trial }, observe) => {
        if (trial === 0) verdicts.push(await observe({ step: 0, value: 1 }));
        return complete(1);
      },
      { budget: { trials: 2 } },
    );
    expect([cause, ...verdicts]).toEqual(['trials', 'stop']);
    expect(study.trials()[0]).toMatchObject({
      state: 'failed',
      failure: { cause: 'error', message: expect.stringContaining('step 0') },
    });
    expect(study.trials()[1]?.state).toBe('complete');
  });

  test('that reports after its end is told to stop, and nothing is stored', async () => {
    const study = await makeStudy();
    let late: Observer | undefined;
    const verdicts: unknown[] = [];
    const cause = await run(study, async ({ trial }, observe) => {
      if (trial > 0) verdicts.push(await late?.({ step: 1, value: 1 }));
      late ??= observe;
      return complete(1);
    });
    expect([cause, new Set(verdicts)]).toEqual(['trials', new Set(['stop'])]);
    expect(study.trials()[0]?.curve).toEqual([]);
  });

  test('whose executor rejects or throws fails, and the study goes on', async () => {
    const study = await makeStudy();
    const rejecting: Executor = {
      slots: 1,
      run({ trial }) {
        if (trial === 0) throw new Error('no such thread');
        return trial === 1 ? Promise.reject(new Error('gone')) : Promise.resolve(complete(1));
      },
      close: () => Promise.resolve(),
    };
    expect(await run(study, rejecting, { budget: { trials: 3 } })).toBe('trials');
    expect(study.trials().map(({ failure }) => failure)).toEqual([
      { cause: 'error', message: 'no such thread' },
      { cause: 'error', message: 'gone' },
      undefined,
    ]);
  });
});

describe('a crash', () => {
  test('gets the trial one more attempt in the same slot', async () => {
    const study = await makeStudy();
    const jobs: TrialJob[] = [];
    let running = 0;
    await run(
      study,
      executor(async (job, observe) => {
        jobs.push(job);
        running += 1;
        expect(running).toBeLessThanOrEqual(2);
        await observe({ step: 1, value: job.attempt });
        running -= 1;
        return job.trial === 1 && job.attempt === 1 ? crash : complete(job.trial);
      }, 2),
    );
    const [first, second] = jobs.filter(({ trial }) => trial === 1);
    expect(second).toMatchObject({ ...first, attempt: 2 });
    expect(study.trials()[1]).toMatchObject({ state: 'complete', attempt: 2, curve: [{ step: 1, value: 2 }] });
    expect(study.trials()).toHaveLength(5);
  });

  test('is a failure when it happens again', async () => {
    const study = await makeStudy();
    let runs = 0;
    await run(study, () => ((runs += 1), crash), { budget: { trials: 1 } });
    expect(runs).toBe(2);
    expect(study.trials()[0]).toMatchObject({ state: 'failed', attempt: 2, failure: { cause: 'crash' } });
  });

  test('makes it a suspect, which a trial is not that was interrupted before', async () => {
    const started: StudyEvent = { type: 'trial-started', trial: 0, attempt: 1, config: { x: 1 }, at };
    const study = await makeStudy({ storage: await storageWith([started]) });
    const jobs: TrialJob[] = [];
    await run(study, job => (jobs.push(job), crash), { budget: { trials: 1 } });
    expect(jobs.map(({ attempt, isSuspect }) => [attempt, isSuspect])).toEqual([
      [2, undefined],
      [3, true],
    ]);
    expect(study.trials()[0]?.failure?.cause).toBe('crash');
  });

  test.each(['error', 'nan', 'timeout', 'infeasible'] as const)(
    'other failures (%s) are not tried again',
    async cause => {
      const study = await makeStudy();
      let runs = 0;
      await run(study, () => ((runs += 1), { state: 'failed', failure: { cause, message: '' } }), {
        budget: { trials: 1 },
      });
      expect([runs, states(study)]).toEqual([1, ['failed']]);
    },
  );

  test('ends what the first attempt has to say', async () => {
    const study = await makeStudy();
    let first: Observer | undefined;
    const twice: Run = async ({ attempt }, observe) => {
      if (attempt === 2) await first?.({ step: 1, value: 7 });
      first = observe;
      return attempt === 1 ? crash : complete(1);
    };
    await run(study, twice, { budget: { trials: 1 } });
    expect(study.trials()).toMatchObject([{ state: 'complete', attempt: 2, curve: [] }]);
  });

  test('starts nothing in a study that is interrupted: the trial goes on with it', async () => {
    const study = await makeStudy();
    const user = new AbortController();
    let runs = 0;
    const cause = await run(study, () => ((runs += 1), user.abort(), crash), { signal: user.signal });
    expect([cause, runs, states(study)]).toEqual(['interrupted', 1, ['interrupted']]);
  });

  test('the second attempt is stopped as any other', async () => {
    const study = await makeStudy();
    const user = new AbortController();
    const stopping = training(9, (_, epoch) => epoch === 2 && user.abort());
    await run(study, (job, observe) => (job.attempt === 1 ? crash : stopping(job, observe)), { signal: user.signal });
    expect(study.trials()).toMatchObject([{ state: 'interrupted', attempt: 2, curve: [{}, {}, {}] }]);
  });
});

describe('a trial that other processes took over, and left, while this one was stopped', () => {
  test('begins once more; what becomes of the attempt before concerns nobody', async () => {
    const memory = memoryStorage();
    const others: StudyEvent[] = [];
    const events: StudyEvent[] = [];
    const study = await makeStudy({
      storage: {
        ...memory,
        shared: {
          member: 'this',
          members: () => Promise.resolve(new Set(['this'])),
          async inTurn(learn, task) {
            for (const event of others.splice(0)) {
              await memory.append(event);
              learn(event);
            }
            return task();
          },
        },
      },
    });
    study.listen(event => void events.push(event));
    let end: (result: TrialResult) => void = () => undefined;
    const executor: Executor = {
      slots: 2,
      close: () => Promise.resolve(),
      async run({ trial, attempt, config }) {
        if (trial === 0 && attempt === 1) {
          others.push({ type: 'trial-started', trial: 0, attempt: 2, config, member: 'that', at });
          return new Promise(resolve => (end = resolve));
        }
        if (trial === 0) {
          end({ state: 'failed', failure: { cause: 'interrupted', message: 'another process goes on with it' } });
          await settled();
        }
        return complete(trial);
      },
    };
    expect(await run(study, executor)).toBe('trials');
    const ofFirst = events.flatMap(event => ('trial' in event && event.trial === 0 ? event.type : []));
    expect(ofFirst).toEqual(['trial-started', 'trial-started', 'trial-started', 'trial-finished']);
    expect(study.trials()[0]).toMatchObject({ attempt: 3, state: 'complete' });
  });
});

describe('a study that has to end', () => {
  test('stops its running trials at their next measurement; they go on with it', async () => {
    const study = await makeStudy();
    const user = new AbortController();
    const cause = await run(
      study,
      executor(
        training(9, ({ trial }, epoch) => trial === 1 && epoch === 2 && user.abort()),
        2,
      ),
      {
        signal: user.signal,
      },
    );
    expect(cause).toBe('interrupted');
    const [first, second] = study.trials();
    expect(second).toMatchObject({ state: 'interrupted', attempt: 1 });
    expect(second?.curve).toHaveLength(3);
    expect(first).toMatchObject({ state: 'interrupted' });
    expect(first?.curve.length).toBeLessThan(5);
    const jobs: TrialJob[] = [];
    await run(study, job => (jobs.push(job), complete(1)), { budget: { trials: 2 } });
    expect(jobs.map(({ trial, attempt }) => [trial, attempt])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  test('does so when its time is over; the best they reached counts', async () => {
    let now = 0;
    const study = await makeStudy();
    const cause = await run(
      study,
      training(9, () => (now += 1000)),
      {
        budget: { trials: 5, duration: 3 },
        clock: () => now,
      },
    );
    expect(cause).toBe('duration');
    expect(study.trials()).toMatchObject([{ state: 'complete', stopped: 'interrupted', value: -4 }]);
  });

  test('does so when another trial reached the target', async () => {
    const study = await makeStudy();
    let finish = (): void => undefined;
    const reached = new Promise<void>(resolve => (finish = resolve));
    study.listen(event => event.type === 'trial-finished' && finish());
    const cause = await run(
      study,
      executor(async (job, observe) => {
        if (job.trial === 1) return complete(-100);
        await reached;
        return training(9)(job, observe);
      }, 2),
      { budget: { trials: 5, target: -50 } },
    );
    expect(cause).toBe('target');
    expect(study.trials()).toMatchObject([{ state: 'complete', stopped: 'interrupted', value: -1 }, { value: -100 }]);
  });

  test('leaves a trial without a value pruned', async () => {
    const study = await makeStudy();
    let now = 0;
    await run(
      study,
      async (_, observe) => {
        now = 2000;
        await observe({ step: 1, value: 1 });
        return { state: 'pruned', stopped: 'pruner' };
      },
      { budget: { trials: 5, duration: 1 }, clock: () => now },
    );
    expect(study.trials()[0]).toMatchObject({ state: 'pruned', stopped: 'interrupted' });
    expect(study.best()).toBeUndefined();
  });

  test('a trial that the pruner stopped stays pruned', async () => {
    const study = await makeStudy({ pruner: { judge: () => 'stop' } });
    const user = new AbortController();
    await run(study, (job, observe) => (user.abort(), training(9)(job, observe)), { signal: user.signal });
    expect(study.trials()).toMatchObject([{ state: 'pruned', stopped: 'pruner' }]);
  });

  test('a trial that ends anyway is what it says', async () => {
    const study = await makeStudy();
    const user = new AbortController();
    const stubborn: Run = async (_, observe) => {
      user.abort();
      await observe({ step: 1, value: 1 });
      return complete(0.5);
    };
    await run(study, stubborn, { signal: user.signal });
    expect(study.trials()).toMatchObject([{ state: 'complete', value: 0.5 }]);
    expect(study.trials()[0]).not.toHaveProperty('stopped');
  });

  test('starts nothing when it was interrupted before', async () => {
    const study = await makeStudy();
    expect(await run(study, () => complete(1), { signal: AbortSignal.abort() })).toBe('interrupted');
    expect(study.trials()).toEqual([]);
  });
});

describe('what the study cannot go on with is thrown once no trial runs', () => {
  test('a storage that fails', async () => {
    const { storage, setFull } = fillable();
    const study = await makeStudy({ storage });
    const ended: number[] = [];
    const verdicts: string[] = [];
    const failing = executor(async ({ trial }, observe) => {
      setFull(true);
      verdicts.push(await observe({ step: 1, value: 1 }));
      ended.push(trial);
      return complete(1);
    }, 2);
    await expect(run(study, failing)).rejects.toThrow('full');
    expect(new Set(ended)).toEqual(new Set(study.trials().map(({ id }) => id)));
    expect(new Set(verdicts)).toEqual(new Set(['stop']));
    expect(new Set(states(study))).toEqual(new Set(['running']));
  });

  test('a sampler or pruner that throws', async () => {
    const broken = (): never => {
      throw new Error('no idea');
    };
    const sampler = await makeStudy({ sampler: { suggest: broken } });
    await expect(run(sampler, () => complete(1))).rejects.toThrow('no idea');
    expect(states(sampler)).toEqual(['complete']);
    const pruner = await makeStudy({ pruner: { judge: broken } });
    await expect(run(pruner, training(2))).rejects.toThrow('no idea');
    expect(pruner.trials()).toMatchObject([{ state: 'interrupted', curve: [{ step: 1 }] }]);
  });

  test('nor does it wait for the next measurements of the trials that run', async () => {
    const { storage, setFull } = fillable();
    const study = await makeStudy({ storage });
    const stuck: Executor = {
      slots: 2,
      async run({ trial }, observe, signal) {
        if (trial === 1) {
          setFull(true);
          await observe({ step: 1, value: 1 });
        } else await new Promise(resolve => signal!.addEventListener('abort', resolve));
        return { state: 'failed', failure: { cause: 'interrupted', message: 'it was told to end' } };
      },
      close: () => Promise.resolve(),
    };
    await expect(run(study, stuck)).rejects.toThrow('full');
    expect(states(study)).toEqual(['running', 'running']);
  });

  test('a retry that cannot be stored', async () => {
    const memory = memoryStorage();
    const append = (event: StudyEvent): Promise<void> =>
      event.type === 'trial-started' && event.attempt > 1 ? Promise.reject(new Error('full')) : memory.append(event);
    const study = await makeStudy({ storage: { ...memory, append } });
    await expect(run(study, () => crash)).rejects.toThrow('full');
    expect(study.trials()).toMatchObject([{ state: 'running', attempt: 1 }]);
  });
});

test('observers hear of every event in its order, until the study has ended', async () => {
  const study = await makeStudy({ space: line, pruner: none.create({}) });
  const heard: string[] = [];
  const observe = (event: StudyEvent): void =>
    void heard.push('trial' in event ? `${event.type} ${event.trial}` : event.type);
  await run(study, training(1), { budget: { trials: 2 }, observe });
  await study.ask();
  expect(heard).toEqual([0, 1].flatMap(id => [`trial-started ${id}`, `trial-measured ${id}`, `trial-finished ${id}`]));
});
