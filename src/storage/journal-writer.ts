/** Events as lines of Optuna's journal format. */
import { TuneError } from '../errors.ts';
import type { Config, Param, Space } from '../space/space.ts';
import type {
  StudyCreated,
  StudyEvent,
  TrialEnqueued,
  TrialFinished,
  TrialMeasured,
  TrialStarted,
} from '../study/events.ts';
import { distributionText, internalValue, plainValues } from './distributions.ts';
import { directionNumbers, operations, states, storedNumber, type JournalLine } from './journal-line.ts';
import {
  confirmsAttribute,
  formatVersion,
  interruptedAttribute,
  ownPrefix,
  pausedAttribute,
  rivalAttribute,
  seedAttribute,
  spaceOf,
  studyAttribute,
  type Replay,
} from './replay.ts';

/**
 * The lines that an event becomes, given what the journal holds.
 * @throws TuneError STUDY_CHANGED when the file belongs to another study
 */
export function linesOf(event: StudyEvent, replay: Replay): readonly JournalLine[] {
  if (event.type === 'study-created') return studyLines(event, replay);
  const study = replay.study();
  const id = replay.trialId(event.trial);
  switch (event.type) {
    case 'trial-enqueued':
      return [waitingLine(event, replay)];
    case 'trial-started': {
      const space = spaceOf(study!, event.version)!;
      return id === undefined ? [trialLine(event, replay, space)] : restartLines(event, id, space);
    }
    case 'trial-configured':
      return paramLines(event.config, id!, study!.space!);
    case 'trial-measured':
      return [measurementLine(event, id!)];
    // To Optuna it runs all the while.
    case 'trial-paused':
      return [attributeLine(id!, pausedAttribute, true)];
    case 'trial-promoted':
      return [{ ...attributeLine(id!, pausedAttribute, false), member: event.member }];
    case 'trial-interrupted':
      return [attributeLine(id!, interruptedAttribute, true)];
    case 'trial-finished':
      return finishLines(event, id!, study!.directions.length);
  }
}

function studyLines(
  {
    study: name,
    direction,
    directions = [direction],
    seed,
    space,
    version,
    sections,
    file,
    deterministic,
    at,
  }: StudyCreated,
  replay: Replay,
): readonly JournalLine[] {
  const stored = replay.study();
  const goals = directions.join(', ');
  if (stored && (stored.name !== name || stored.directions.join(', ') !== goals))
    throw new TuneError('STUDY_CHANGED', {
      message: `the journal holds the study "${stored.name}", to ${stored.directions.join(', ')}`,
      expected: `"${name}", to ${goals}`,
    });
  const details = { format: formatVersion, seed, space, version, sections, file, deterministic, at };
  const user_attr = { [studyAttribute]: details };
  return [
    ...(stored
      ? []
      : [
          {
            op_code: operations.createStudy,
            study_name: name,
            directions: directions.map(goal => directionNumbers[goal]),
          },
        ]),
    { op_code: operations.setStudyUserAttr, study_id: stored?.id ?? 0, user_attr },
  ];
}

/** As Optuna's enqueue_trial does: workers of either kind take it up. */
function waitingLine({ config, attributes = {}, at }: TrialEnqueued, replay: Replay): JournalLine {
  return {
    op_code: operations.createTrial,
    ...placeOf(replay),
    datetime_start: null,
    at,
    state: states.waiting,
    distributions: {},
    params: {},
    user_attrs: Object.fromEntries(Object.entries(attributes).filter(([name]) => !name.startsWith(ownPrefix))),
    system_attrs: { fixed_params: plainValues(config) },
  };
}

function trialLine(
  { attempt, config, unseen, version, confirms, seed, rival, member, at }: TrialStarted,
  replay: Replay,
  space: Space,
): JournalLine {
  const chosen = chosenParams(space, config);
  return {
    op_code: operations.createTrial,
    ...placeOf(replay),
    datetime_start: pythonTime(at),
    state: states.running,
    distributions: Object.fromEntries(chosen.map(param => [param.name, distributionText(param)])),
    params: Object.fromEntries(chosen.map(param => [param.name, internalValue(param, config[param.name]!)])),
    user_attrs: {
      [`${ownPrefix}attempt`]: attempt,
      ...(confirms !== undefined && { [confirmsAttribute]: confirms }),
      ...(seed !== undefined && { [seedAttribute]: seed }),
      ...(rival && { [rivalAttribute]: true }),
    },
    ...(unseen && { unseen }),
    ...(version !== undefined && { version }),
    member,
  };
}

/** Optuna counts trials and writes no ids; ours tell when a line before was lost. */
function placeOf(replay: Replay): { readonly study_id: number; readonly trial_id: number } {
  return { study_id: replay.study()!.id, trial_id: replay.nextTrialId() };
}

/** A trial that exists: one that Optuna left waiting, or one that a crash interrupted. */
function restartLines(
  { attempt, config, version, member, at }: TrialStarted,
  trial_id: number,
  space: Space,
): readonly JournalLine[] {
  const drawn = { config, ...(version !== undefined && { version }), member };
  const begin: JournalLine =
    attempt === 1
      ? {
          op_code: operations.setTrialState,
          trial_id,
          state: states.running,
          values: null,
          datetime_start: pythonTime(at),
          ...drawn,
        }
      : {
          op_code: operations.setTrialUserAttr,
          trial_id,
          user_attr: { [`${ownPrefix}attempt`]: attempt },
          at,
          ...drawn,
        };
  return [begin, ...paramLines(config, trial_id, space)];
}

function paramLines(config: Config, trial_id: number, space: Space): readonly JournalLine[] {
  return chosenParams(space, config).map(param => ({
    op_code: operations.setTrialParam,
    trial_id,
    param_name: param.name,
    param_value_internal: internalValue(param, config[param.name]!),
    distribution: distributionText(param),
  }));
}

function measurementLine({ measurement: { step, value, metrics } }: TrialMeasured, trial_id: number): JournalLine {
  const stored = Object.entries(metrics ?? {}).map(([name, number]) => [name, storedNumber(number)]);
  return {
    op_code: operations.setTrialIntermediateValue,
    trial_id,
    step,
    intermediate_value: storedNumber(value),
    // Not as user attributes: Optuna copies all of a trial's whenever one is added.
    ...(metrics && { metrics: Object.fromEntries(stored) }),
  };
}

function finishLines({ result, at }: TrialFinished, trial_id: number, objectives: number): readonly JournalLine[] {
  const { state, value, values, failure, stopped, attributes } = result;
  const facts = [
    ...Object.entries(attributes ?? {}).filter(([name]) => !name.startsWith(ownPrefix)),
    [`${ownPrefix}failure`, failure] as const,
    [`${ownPrefix}stopped`, stopped] as const,
  ];
  // Optuna refuses attributes without a value. The state comes last: a finished trial takes no more attributes.
  return [
    ...facts.filter(([, fact]) => fact !== undefined).map(([name, fact]) => attributeLine(trial_id, name, fact)),
    {
      op_code: operations.setTrialState,
      trial_id,
      state: states[state],
      values: values ?? (value === undefined || objectives > 1 ? null : [value]),
      // Optuna takes all objectives or none.
      ...(value !== undefined && objectives > 1 && !values && { value }),
      datetime_complete: pythonTime(at),
    },
  ];
}

function attributeLine(trial_id: number, name: string, value: unknown): JournalLine {
  return { op_code: operations.setTrialUserAttr, trial_id, user_attr: { [name]: value } };
}

function chosenParams(space: Space, config: Config): readonly Param[] {
  return space.params.filter(({ name }) => Object.hasOwn(config, name));
}

/** "2026-01-01T00:00:00.000000+00:00": what Python reads in every version. */
function pythonTime(iso: string): string {
  return iso.replace(/(\.\d{3})Z$/, '$1000+00:00');
}
