/**
 * What the lines of a journal mean: replays them in order, as Optuna's JournalStorageReplayResult does, and says which
 * events of our study each one is.
 */
import { TuneError } from '../errors.ts';
import { equalJson } from '../space/json.ts';
import type { Config, Space } from '../space/space.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { StudyCreated, StudyEvent, TrialEnqueued } from '../study/events.ts';
import type { Direction } from '../study/ports.ts';
import type { Failure, Measurement, StopReason, TrialResult } from '../study/trial.ts';
import { createReadChoices, externalValues, ownValues } from './distributions.ts';
import { directionNumbers, operations, states, workerId, type JournalLine } from './journal-line.ts';

/** Name of the study attribute with everything that Optuna has no place for. */
export const studyAttribute = 'tune';
/** Names of trial attributes that are not the trainer's own begin so. */
export const ownPrefix = 'tune:';
/** Trial attribute: whether the trial is paused, which Optuna has no state for. */
export const pausedAttribute = `${ownPrefix}paused`;
/** Trial attribute: the trial had to end with its process. */
export const interruptedAttribute = `${ownPrefix}interrupted`;
/** Trial attribute: number of the trial that it confirms. */
export const confirmsAttribute = `${ownPrefix}confirms`;
/** Trial attribute: its seed, where that does not follow from its number. */
export const seedAttribute = `${ownPrefix}seed`;
/** Trial attribute: whether the configuration that it confirms is one of an earlier study. */
export const rivalAttribute = `${ownPrefix}rival`;
/** Version of our additions to the format. */
export const formatVersion = 1;

export interface Replay {
  /**
   * The events that a line stands for.
   * @throws TuneError where the journal must not be used; other errors for a line that makes no sense, which has then
   *   changed nothing
   */
  apply(line: JournalLine): readonly StudyEvent[];
  /** Our study, once the file has one. */
  study(): StoredStudy | undefined;
  /** Optuna's id of our trial with this number; undefined when the file does not have it yet. */
  trialId(trial: number): number | undefined;
  /** Whether the trial with this id of Optuna's is of our study, and has not ended. */
  owns(id: unknown): boolean;
  /** Optuna's id of the next trial of any study. */
  nextTrialId(): number;
  /** What it goes on from; stays as it is. */
  state(): ReplayState;
}

export interface ReplayState {
  /** Names by Optuna's study id; undefined for deleted ones. */
  readonly studyNames: readonly (string | undefined)[];
  readonly study: StoredStudy | undefined;
  /** Optuna's ids of our trials, by their number. */
  readonly ids: readonly number[];
  /** Trials of any study. */
  readonly count: number;
  /** Trials of ours that have not ended, by Optuna's id. */
  readonly drafts: readonly (readonly [id: number, draft: Readonly<Draft>])[];
}

export interface StoredStudy {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly Direction[];
  /** The newest; absent when Optuna made the study. */
  readonly space?: Space;
  /** Its version; absent: 1. */
  readonly version?: number;
  readonly spaces?: ReadonlyMap<number, Space>;
}

/** The space of a version; the newest where the line is lost that told. */
export function spaceOf(study: StoredStudy | undefined, version = 1): Space | undefined {
  return study?.spaces?.get(version) ?? study?.space;
}

/** A trial under replay. */
interface Draft {
  readonly trial: number;
  state: number;
  /** 0 while it waits. */
  attempt: number;
  config: Config;
  /** Of the space that the configuration was drawn from. */
  version?: number | undefined;
  readonly confirms?: number;
  readonly seed?: number;
  readonly rival?: true;
  /** Of its last beginning. */
  at: string;
  attributes: Readonly<Record<string, unknown>>;
  /** Of the last measurement of its present attempt; 0 before the first. */
  step: number;
}

const nothing: ReplayState = { studyNames: [], study: undefined, ids: [], count: 0, drafts: [] };

/**
 * @param from where it goes on; default: at the beginning of a journal
 * @param ours name of our study. Default: the first one of the file is ours
 */
export function createReplay(from: ReplayState = nothing, ours?: string): Replay {
  const studyNames = [...from.studyNames];
  const ids = [...from.ids];
  // As in Optuna, nothing changes a finished trial: only others are here.
  const drafts = new Map(from.drafts.map(([id, draft]) => [id, { ...draft }]));
  const readChoices = createReadChoices();
  let { study, count } = from;

  /** Optuna's workers say no version. */
  const versionOf = (line: JournalLine): { readonly version?: number } => {
    const version: unknown = line['worker_id'] === workerId ? line['version'] : study?.version;
    return typeof version === 'number' ? { version } : {};
  };

  const drawnIn = (line: JournalLine, { config }: Draft): Parameters<typeof startAgain>[3] => ({
    config: line['config'] ?? config,
    ...versionOf(line),
    ...memberIn(line),
  });

  const startAgain = (
    draft: Draft,
    attempt: number,
    at: string,
    { config, version, member }: Pick<Draft, 'config' | 'version'> & { readonly member?: string },
  ): readonly StudyEvent[] => {
    if (attempt > 1) draft.attributes = {};
    Object.assign(draft, { state: states.running, step: 0, attempt, at, config, version });
    const { trial, confirms, seed, rival } = draft;
    const marks = withoutUndefined({ version, confirms, seed, rival });
    return [{ type: 'trial-started', trial, attempt, config, ...marks, ...(member !== undefined && { member }), at }];
  };

  const enqueueTrial = (line: JournalLine, trial: number): TrialEnqueued => {
    const { params = {}, distributions = {}, system_attrs: system, user_attrs: user = {} } = line;
    const fixed = ownValues(study?.space, system?.fixed_params ?? {});
    const config: Config = { ...externalValues(study?.space, params, distributions, readChoices), ...fixed };
    const at = isoTime(line['at'] ?? line['datetime_start']);
    const attributes = Object.keys(user).length > 0 && { attributes: user };
    return { type: 'trial-enqueued', trial, config, ...attributes, at };
  };

  const begin = (draft: Draft): void => {
    ids.push(count);
    if (!isFinished(draft.state)) drafts.set(count, draft);
    count += 1;
  };

  const createTrial = (line: JournalLine): readonly StudyEvent[] => {
    if (studyNames[line['study_id']] === undefined) return [];
    if (line['study_id'] !== study?.id) {
      count += 1;
      return [];
    }
    const { params = {}, distributions = {}, user_attrs: user = {}, state = states.running } = line;
    const trial = ids.length;
    if (state === states.waiting) {
      const enqueued = enqueueTrial(line, trial);
      const { config, at } = enqueued;
      begin({ trial, state, attempt: 0, config, at, attributes: {}, step: 0 });
      return [enqueued];
    }
    const config = externalValues(study?.space, params, distributions, readChoices);
    const attempt: number = user[`${ownPrefix}attempt`] ?? 1;
    const { [confirmsAttribute]: confirms, [seedAttribute]: seed, [rivalAttribute]: rival } = user;
    const marks = {
      ...versionOf(line),
      ...(typeof confirms === 'number' && { confirms }),
      ...(typeof seed === 'number' && { seed }),
      ...(rival === true && { rival }),
    };
    const unseen = line['unseen'] && { unseen: line['unseen'] };
    const at = isoTime(line['datetime_start'] ?? line['datetime_complete']);
    const measured = Object.entries(line['intermediate_values'] ?? {}).map(([step, value]) =>
      measuredEvent(trial, Number(step), value),
    );
    const draft: Draft = { trial, state, attempt, config, ...marks, at, attributes: user, step: 0 };
    const finished = isFinished(state) ? [finishedEvent(draft, state, line)] : [];
    begin(draft);
    return [
      { type: 'trial-started', trial, attempt, config, ...unseen, ...marks, ...memberIn(line), at },
      ...measured,
      ...finished,
    ];
  };

  /** Where the line that begins an attempt is lost, those after it tell: our steps grow within one. */
  const beginLost = (draft: Draft, line: JournalLine): readonly StudyEvent[] => {
    const isStep = line.op_code === operations.setTrialIntermediateValue;
    const isFirst = draft.state === states.waiting && (isStep || line.op_code === operations.setTrialParam);
    const isOurs = line['worker_id'] === workerId;
    const isLost = isOurs && (isFirst || (isStep && line['step'] <= draft.step));
    const version = draft.attempt > 0 ? draft.version : study?.version;
    const { config } = draft;
    const events = isLost ? startAgain(draft, draft.attempt + 1, draft.at, { config, version }) : [];
    if (isStep) draft.step = line['step'];
    return events;
  };

  const applyToTrial = (draft: Draft, line: JournalLine): readonly StudyEvent[] => {
    const { trial, config } = draft;
    switch (line.op_code) {
      case operations.setTrialParam: {
        const { param_name: name, param_value_internal: value, distribution } = line;
        const space = spaceOf(study, draft.attempt > 0 ? draft.version : study?.version);
        const added = externalValues(space, { [name]: value }, { [name]: distribution }, readChoices);
        // Ours begin with all of them.
        if (config[name] !== undefined && equalJson(config[name], added[name]!)) return [];
        draft.config = { ...config, ...added };
        return [{ type: 'trial-configured', trial, config: added }];
      }
      case operations.setTrialIntermediateValue:
        return [measuredEvent(trial, line['step'], line['intermediate_value'], line['metrics'])];
      case operations.setTrialUserAttr: {
        const attempt: unknown = line['user_attr'][`${ownPrefix}attempt`];
        if (typeof attempt === 'number') return startAgain(draft, attempt, isoTime(line['at']), drawnIn(line, draft));
        const isPaused: unknown = line['user_attr'][pausedAttribute];
        if (isPaused === true) return [{ type: 'trial-paused', trial }];
        if (isPaused === false) return [{ type: 'trial-promoted', trial, ...memberIn(line) }];
        if (interruptedAttribute in line['user_attr']) return [{ type: 'trial-interrupted', trial }];
        draft.attributes = { ...draft.attributes, ...line['user_attr'] };
        return [];
      }
      case operations.setTrialState: {
        if (line['state'] === states.running && draft.state === states.waiting)
          return startAgain(draft, 1, isoTime(line['datetime_start']), drawnIn(line, draft));
        if (!isFinished(line['state'])) return [];
        const finished = finishedEvent(draft, line['state'], line);
        drafts.delete(line['trial_id']);
        return [finished];
      }
      default:
        return [];
    }
  };

  return {
    study: () => study,
    trialId: trial => ids[trial],
    owns: id => typeof id === 'number' && drafts.has(id),
    nextTrialId: () => count,
    state: () => ({
      studyNames: [...studyNames],
      study,
      ids: [...ids],
      count,
      drafts: [...drafts].map(([id, draft]) => [id, { ...draft }]),
    }),
    apply(line) {
      switch (line.op_code) {
        case operations.createStudy: {
          const name: string = line['study_name'];
          if (studyNames.includes(name)) return [];
          const directions = (line['directions'] as readonly number[]).map(directionOf);
          if (ours === undefined || name === ours) study ??= { id: studyNames.length, name, directions };
          studyNames.push(name);
          return [];
        }
        case operations.deleteStudy:
          if (line['study_id'] === study?.id) refuse('the study was deleted with Optuna; move the file away');
          studyNames[line['study_id']] = undefined;
          return [];
        case operations.setStudyUserAttr: {
          const details = line['user_attr'][studyAttribute];
          if (!study || line['study_id'] !== study.id || details === undefined) return [];
          if (details.format > formatVersion) refuse('a newer version of tfjs-tune wrote this journal');
          const { seed, space, version, sections, file, deterministic, at } = details;
          study = { ...study, space, version, spaces: new Map(study.spaces).set(version ?? 1, space) };
          const { name, directions } = study;
          const more = {
            ...(version !== undefined && { version }),
            ...(sections && { sections }),
            ...(file && { file }),
            ...(deterministic && { deterministic }),
          };
          const facts = { seed, space, ...more, at };
          const goals = { direction: directions[0]!, ...(directions.length > 1 && { directions }) };
          return [{ type: 'study-created', study: name, ...goals, ...facts } satisfies StudyCreated];
        }
        case operations.createTrial:
          return createTrial(line);
        default: {
          const draft = drafts.get(line['trial_id']);
          if (!draft) return [];
          const begun = beginLost(draft, line);
          const events = applyToTrial(draft, line);
          return begun.length > 0 ? [...begun, ...events] : events;
        }
      }
    },
  };
}

function memberIn(line: Readonly<Record<string, unknown>>): { readonly member?: string } {
  const { member } = line;
  return typeof member === 'string' ? { member } : {};
}

function refuse(message: string): never {
  throw new TuneError('STORAGE_FAILED', message);
}

function measuredEvent(
  trial: number,
  step: number,
  value: unknown,
  metrics?: Readonly<Record<string, unknown>>,
): StudyEvent {
  const measurement: Measurement = {
    step,
    value: Number(value),
    ...(metrics && { metrics: numbersOf(metrics) }),
  };
  return { type: 'trial-measured', trial, measurement };
}

function numbersOf(metrics: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  if (Object.values(metrics).every(value => typeof value === 'number')) return metrics as Record<string, number>;
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value)]));
}

function finishedEvent({ trial, attributes }: Draft, state: number, line: JournalLine): StudyEvent {
  const values = ((line['values'] ?? [line['value']].filter(value => value != null)) as readonly unknown[]).map(Number);
  const failure = attributes[`${ownPrefix}failure`] as Failure | undefined;
  const stopped = attributes[`${ownPrefix}stopped`] as StopReason | undefined;
  const own = Object.entries(attributes).filter(([name]) => !name.startsWith(ownPrefix));
  const facts = { ...(stopped && { stopped }), ...(own.length > 0 && { attributes: Object.fromEntries(own) }) };
  const unexplained: Failure = { cause: 'error', message: 'no reason was stored' };
  const result: TrialResult =
    state === states.failed
      ? { state: 'failed', ...facts, failure: failure ?? unexplained }
      : {
          state: state === states.pruned ? 'pruned' : 'complete',
          ...(values.length > 0 && { value: values[0]! }),
          ...(values.length > 1 && { values }),
          ...facts,
        };
  return { type: 'trial-finished', trial, result, at: isoTime(line['datetime_complete']) };
}

function directionOf(number: number): Direction {
  return number === directionNumbers.maximize ? 'maximize' : 'minimize';
}

function isFinished(state: number): boolean {
  return state === states.complete || state === states.pruned || state === states.failed;
}

function isoTime(text: unknown): string {
  // Ours, in whole milliseconds: faster than by way of a date.
  if (typeof text === 'string' && text.length === 32 && text.endsWith('000+00:00')) return `${text.slice(0, 23)}Z`;
  return new Date(typeof text === 'string' ? text : 0).toISOString();
}
