/** A study: asks a sampler for trials, stores what becomes of them, and answers whether a running one should go on. */
import { TuneError } from '../errors.ts';
import { textOf } from '../space/config-text.ts';
import { defaultConfig } from '../space/default-config.ts';
import { checkGiven } from '../space/check-given.ts';
import { toProblems } from '../space/finding.ts';
import { show } from '../space/json.ts';
import type { Config, Space } from '../space/space.ts';
import { checkedResult, refuseMeasurement } from './accept.ts';
import { confirmationSeed, isConfirmation, mostConfirmed, searched, toConfirm } from './confirmations.ts';
import { bestTrial, frontOf } from './best-trial.ts';
import type { StudyCreated, StudyEvent } from './events.ts';
import { fillUp } from './fill-up.ts';
import { follow } from './fold.ts';
import { historyOf, toHistory, unseenIn } from './history.ts';
import { createJobs } from './jobs.ts';
import { eventOfLosses, trialsOfLosses } from './losses.ts';
import { lastHope, nextPromoted, pausedTrials } from './promotion.ts';
import { createProposals, type Prepared } from './proposals.ts';
import { sparing, sparingRepeats, withRepeats } from './repeats.ts';
import { rankSearched, rankTrials } from './results.ts';
import { refuseChanges } from './refuse-changes.ts';
import { createRng, type Rng } from './rng.ts';
import { growingTime } from './steady-time.ts';
import { isWithin, nextSpace, spacesOf } from './space-versions.ts';
import type { EnqueueOptions, Study, StudyOptions } from './study.ts';
import { hearTogether } from './together.ts';
import type { Trial, TrialMarks, TrialResult } from './trial.ts';

/**
 * Opens a study: creates it, or goes on with what the storage holds. Where ranges, choices, defaults or constraints are
 * others, that is another version of its space (space-versions.ts).
 *
 * @throws TuneError STUDY_CHANGED when the stored study has another name, sections, direction, seed or other parameters;
 *   the storage is closed then
 */
export async function openStudy<C = Config>(options: StudyOptions): Promise<Study<C>> {
  try {
    // Whoever made the space knows the type of its configurations.
    return (await restore(options)) as Study<any>;
  } catch (error) {
    await options.storage.close().catch(() => undefined);
    throw error;
  }
}

async function restore(options: StudyOptions): Promise<Study> {
  const {
    name,
    direction,
    directions = [direction],
    seed,
    planned,
    repeats = 0,
    confirm = 0,
    candidates = mostConfirmed,
    rivals = [],
    deterministic,
    elsewhere = false,
    storage,
    now,
  } = options;
  const sampler = withRepeats(options.sampler, repeats);
  const pruner = sparing(sparingRepeats(options.pruner, repeats), rivals);
  const listeners = new Set<(event: StudyEvent) => void>();
  const stored = await storage.state();
  const time = growingTime(
    now,
    stored.trials.map(({ startedAt, finishedAt }) => finishedAt ?? startedAt).reduce(later, stored.study?.at ?? ''),
  );
  const trials = follow(stored);
  const jobs = deterministic === undefined ? undefined : createJobs(deterministic);
  /** The same with losses for values: what samplers and pruners see. */
  const losses = follow(jobs ? undefined : { trials: trialsOfLosses(stored.trials, directions) });
  const learn = (event: StudyEvent): void => {
    losses.apply(eventOfLosses(event, directions));
    if (event.type === 'study-created') return;
    const trial = losses.get(event.trial)!;
    if (!isConfirmation(trial)) jobs?.apply(event, trial);
  };
  // Jobs are made by the order of events.
  if (jobs) for (const event of await storage.read()) learn(event);
  const created: StudyCreated = {
    type: 'study-created',
    study: name,
    direction,
    ...(directions.length > 1 && { directions }),
    seed,
    space: options.space,
    ...(options.sections && { sections: options.sections }),
    ...(options.file !== undefined && { file: options.file }),
    ...(deterministic !== undefined && { deterministic }),
    at: time(),
  };
  if (stored.study) refuseChanges(stored.study, created);
  const { space, changes } = nextSpace(stored.study?.space ?? options.space, options.space);
  const version = (stored.study?.version ?? 1) + (changes.length > 0 ? 1 : 0);
  const spaces = spacesOf([...(stored.earlier ?? []), ...(stored.study ? [stored.study] : [])]);
  const interrupted = stored.trials.filter(trial => isInterrupted(trial, elsewhere));
  const waiting = stored.trials.filter(({ state }) => state === 'waiting').map(({ id }) => id);
  let last: Promise<unknown> = Promise.resolve();
  let prepared: Prepared | undefined;

  const { shared } = storage;
  const member = shared && { member: shared.member };
  /** The processes that share the study. */
  let living: ReadonlySet<string> = new Set();

  const afterOthers = <T>(task: () => Promise<T>): Promise<T> => {
    together.part();
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
  /** One after the other: each decision sees what the earlier ones led to. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> =>
    afterOthers(() => (shared ? shared.inTurn(take, task) : task()));
  const record = async (event: StudyEvent): Promise<void> => {
    await storage.append(event);
    take(event);
  };
  const take = (event: StudyEvent): void => {
    trials.apply(event);
    learn(event);
    if (event.type === 'trial-enqueued') waiting.push(event.trial);
    if (event.type === 'trial-started' && waiting.includes(event.trial))
      waiting.splice(waiting.indexOf(event.trial), 1);
    for (const listener of listeners) listener(event);
  };
  const together = hearTogether({
    isPossible: storage.appendAll !== undefined,
    inTurn,
    store: events => (events.length > 1 ? storage.appendAll!(events) : storage.append(events[0]!)),
    take,
  });
  const meetOthers = async (): Promise<void> => {
    if (shared) living = await shared.members();
  };
  const doOthersRun = (): boolean =>
    shared !== undefined &&
    trials.open().some(trial => trial.state === 'running' && trial.member !== shared.member && isWithMember(trial));
  /** Whether a process that shares the study runs it. */
  const isWithMember = ({ member = '' }: Trial): boolean => living.has(member);
  const running = (id: number): Trial => {
    const trial = trials.get(id);
    if (trial?.state === 'running' && trial.member !== member?.member)
      throw new TuneError('TRIAL_UNKNOWN', `trial ${id} runs in another process`);
    if (trial?.state === 'running') return trial;
    throw new TuneError('TRIAL_UNKNOWN', `trial ${id} ${trial ? `is ${trial.state}` : 'does not exist'}`);
  };
  /** What the pruner sees of other trials. */
  const seen = (): readonly Trial[] => jobs?.seenBy() ?? losses.searched();
  const proposals = createProposals({
    space,
    version,
    sampler,
    seed,
    planned,
    pastOf: trial => (jobs ? toHistory(jobs.seenBy(trial)) : historyOf(losses, trial)),
  });
  /** Trials that were interrupted, as they were then, and that nobody has taken up since. */
  const abandoned = (): readonly Trial[] => {
    if (shared) return trials.open().filter(trial => isInterrupted(trial, isWithMember(trial)));
    return interrupted.filter(({ id, attempt }) => {
      const present = trials.get(id)!;
      return isInterrupted(present, elsewhere) && present.attempt === attempt;
    });
  };
  const countBegun = (): number => {
    const left = new Set(abandoned());
    const isBegun = (trial: Trial): boolean =>
      trial.state === 'paused' || (trial.state === 'running' && !left.has(trial));
    return trials.searched().length - searched(trials.open()).filter(trial => !isBegun(trial)).length;
  };
  /** The trial that comes next holds up the study until those have ended that it depends on. */
  const canAsk = (): boolean => {
    return jobs === undefined || abandoned().length > 0 || jobs.areKnown();
  };
  const refuseTooEarly = (): void => {
    if (!canAsk()) throw new TuneError('USAGE', 'the next trial depends on the results of trials that still run');
  };
  const nextToPromote = (): Trial | undefined =>
    jobs ? nextPromoted(pruner, seen()) : nextPromoted(pruner, losses.searched(), losses.open());
  const promote = async (trial: Trial | undefined): Promise<Trial | undefined> => {
    if (!trial) return undefined;
    await record({ type: 'trial-promoted', trial: trial.id, ...member });
    return trials.get(trial.id)!;
  };
  const exists = (config: Config): boolean => {
    const values = textOf(config);
    return trials.all().some(({ config: own, enqueued = own }) => [own, enqueued].map(textOf).includes(values));
  };
  const wait = async (config: Config, attributes: EnqueueOptions['attributes']): Promise<Trial> => {
    const trial = trials.count;
    await record({ type: 'trial-enqueued', trial, config, ...(attributes && { attributes }), at: time() });
    return trials.get(trial)!;
  };
  const start = async (
    trial: number,
    attempt: number,
    config: Config,
    { unseen = [], version: from = version, confirms, seed, rival }: Begun = {},
  ): Promise<Trial> => {
    const facts = {
      ...(unseen.length > 0 && { unseen }),
      ...(from > 1 && { version: from }),
      ...(confirms !== undefined && { confirms }),
      ...(seed !== undefined && { seed }),
      ...(rival && { rival }),
    };
    await record({ type: 'trial-started', trial, attempt, config, ...facts, ...member, at: time() });
    return trials.get(trial)!;
  };

  /** A trial keeps its configuration, and the version of the space that it was drawn from. */
  const startAgain = (trial: Trial): Promise<Trial> =>
    start(trial.id, trial.attempt + 1, trial.config, { ...trial, version: trial.version ?? 1 });
  const leftToConfirm = () =>
    toConfirm(trials.all(), rankSearched(trials.all(), directions, repeats), { count: confirm, candidates, rivals });

  await inTurn(async () => {
    const { study } = trials.state();
    if (study) refuseChanges(study, created);
    if (!study) await record(created);
    else if (changes.length > 0 && (study.version ?? 1) < version) await record({ ...created, space, version });
  });

  return {
    name,
    space,
    version,
    changes,
    direction,
    directions,
    seed,
    isShared: shared !== undefined,
    ask: (most = Infinity) =>
      inTurn(async () => {
        refuseTooEarly();
        await meetOthers();
        if (shared && countBegun() >= most) return undefined;
        for (const begun of abandoned()) {
          const { id, attempt, config, version: from = 1 } = begun;
          if (isWithin(spaces.get(from) ?? space, config)) return startAgain(begun);
          // A trial that Optuna began may lack parameters.
          const whole = proposals.completed(begun);
          if (whole) return start(id, attempt + 1, whole);
        }
        const promoted = elsewhere ? undefined : await promote(nextToPromote());
        if (promoted) return promoted;
        const [first] = waiting;
        if (first !== undefined) {
          const whole = proposals.completed(trials.get(first)!);
          return whole && start(first, 1, whole);
        }
        const trial = trials.count;
        const unseen = prepared?.trial === trial ? unseenIn(prepared.history, losses.all()) : undefined;
        if (prepared && unseen) return start(trial, 1, prepared.config, { unseen });
        const config = proposals.of(trial);
        return config && start(trial, 1, config);
      }),
    promote: isLast =>
      inTurn(async () => {
        refuseTooEarly();
        await meetOthers();
        const lastOne = (): Trial | undefined =>
          nextPromoted(pruner, losses.searched(), losses.open()) ?? lastHope(losses.all());
        return promote(nextToPromote() ?? (isLast && !doOthersRun() ? lastOne() : undefined));
      }),
    confirm: () =>
      inTurn(async () => {
        await meetOthers();
        const begun = abandoned().find(isConfirmation);
        if (begun) return startAgain(begun);
        const [next] = leftToConfirm()
          .filter(({ begun }) => begun < confirm)
          .toSorted((a, b) => a.begun - b.begun);
        if (!next) return undefined;
        const { id, config, version: from = 1 } = next.trial;
        return start(trials.count, 1, config, {
          version: from,
          confirms: id,
          seed: confirmationSeed(seed, next.begun),
          ...(next.isRival && { rival: true }),
        });
      }),
    unconfirmed: () => leftToConfirm().reduce((sum, { ended }) => sum + confirm - ended, 0),
    canAsk,
    doOthersRun: () =>
      inTurn(async () => {
        await meetOthers();
        return doOthersRun();
      }),
    endPaused: () =>
      inTurn(async () => {
        await meetOthers();
        if (doOthersRun()) return;
        for (const { id } of pausedTrials(trials.open())) {
          const result = { state: 'pruned', stopped: 'paused' } as const;
          await record({ type: 'trial-finished', trial: id, result, at: time() });
        }
      }),
    prepare() {
      const trial = trials.count;
      if (deterministic !== undefined || directions.length > 1 || trial === 0 || prepared?.trial === trial) return;
      if (waiting.length > 0 || abandoned().length > 0) return;
      prepared = proposals.ahead(trial) ?? prepared;
    },
    enqueue: (config, { skipIfExists = false, attributes } = {}) =>
      inTurn(async () => {
        const given = config as Config;
        refuseGiven(space, given, createRng(seed, 'enqueued', Math.max(1, trials.count)));
        // Every study begins with the defaults: reports compare with them.
        if (trials.count === 0) await wait(defaultConfig(space), undefined);
        return skipIfExists && exists(given) ? undefined : wait(given, attributes);
      }),
    retry: id =>
      inTurn(async () => {
        return startAgain(running(id));
      }),
    report: (id, measurement) =>
      together.hear({
        trial: id,
        event() {
          refuseMeasurement(running(id), measurement);
          return { type: 'trial-measured', trial: id, measurement };
        },
        answer() {
          if (!Number.isFinite(measurement.value)) return 'stop';
          const own = losses.get(id)!;
          if (isConfirmation(own)) return 'continue';
          return pruner.judge(own, jobs ? [...jobs.seenBy(id), own] : losses.searched());
        },
      }),
    pause: id =>
      together.hear({
        trial: id,
        event: () => ({ type: 'trial-paused', trial: running(id).id }),
        answer: () => undefined,
      }),
    interrupt: id =>
      together.hear({
        trial: id,
        event: () => ({ type: 'trial-interrupted', trial: running(id).id }),
        answer: () => void interrupted.push(trials.get(id)!),
      }),
    tell: (id, told) =>
      together.hear({
        trial: id,
        event() {
          if (trials.get(id)?.state !== 'paused') running(id);
          const result = checkedResult(asResult(told), directions.length);
          return { type: 'trial-finished', trial: id, result, at: time() };
        },
        answer: () => trials.get(id)!,
      }),
    trials: () => trials.all(),
    searched: () => trials.searched(),
    open: () => trials.open(),
    best: () =>
      repeats === 0 ? bestTrial(trials.all(), directions) : rankTrials(trials.all(), directions, repeats)[0],
    bestOfSearch: () =>
      repeats === 0 ? bestTrial(trials.searched(), directions) : rankSearched(trials.all(), directions, repeats)[0],
    ranked: () => rankTrials(trials.all(), directions, repeats),
    front: () => frontOf(trials.all(), directions),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => afterOthers(() => storage.close()),
  };
}

/** Of two ISO times. */
function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** @param elsewhere whether what the storage has running does run; else a crash has ended it */
function isInterrupted({ state }: Trial, elsewhere: boolean): boolean {
  return state === 'interrupted' || (state === 'running' && !elsewhere);
}

/** What there is to say of a trial that begins, besides its configuration. */
interface Begun extends TrialMarks {
  readonly unseen?: readonly number[];
}

/** @throws TuneError CONFIG_INVALID */
function refuseGiven(space: Space, given: Config, rng: Rng): void {
  const findings = checkGiven(space, given);
  if (findings.length > 0) throw new TuneError('CONFIG_INVALID', toProblems(findings));
  if (fillUp(space, given, {}, rng)) return;
  const message = `no configuration with ${show(given)} satisfies the constraints`;
  throw new TuneError('CONFIG_INVALID', { message, expected: space.constraints.join(', ') });
}

function asResult(told: number | readonly number[] | TrialResult): TrialResult {
  if (typeof told === 'number') return { state: 'complete', value: told };
  return 'state' in told ? told : { state: 'complete', values: told };
}
