/** Histories for tests of storages: what studies of random spaces append, in an order that can happen. */
import * as fc from 'fast-check';
import { decode } from '../../src/space/decode.ts';
import type { StudyCreated, StudyEvent } from '../../src/study/events.ts';
import type { Measurement, TrialResult } from '../../src/study/trial.ts';
import { spaces } from '../study/spaces.ts';

// JSON has no -0.
const numbers = fc.double().map(value => value + 0);
const finiteNumbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
const json = fc.jsonValue().map(value => JSON.parse(JSON.stringify(value)) as unknown);
const texts = fc.string({ unit: 'binary' });
const names = texts.filter(name => !name.startsWith('tune:'));
const times = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map(date => date.toISOString());

const metrics = fc.dictionary(names, numbers, { maxKeys: 3 });
const attributes = fc.dictionary(names, json, { minKeys: 1, maxKeys: 3 });
const facts = {
  attributes,
  stopped: fc.constantFrom('pruner', 'early-stopping', 'interrupted', 'trial-duration'),
} as const;
const causes = fc.constantFrom('error', 'nan', 'timeout', 'memory', 'crash', 'infeasible', 'interrupted');

const results: fc.Arbitrary<TrialResult> = fc.oneof(
  fc.record({ state: fc.constant('complete'), value: finiteNumbers, ...facts }, { requiredKeys: ['state', 'value'] }),
  fc.record({ state: fc.constant('pruned'), value: finiteNumbers, ...facts }, { requiredKeys: ['state'] }),
  fc.record(
    {
      state: fc.constant('failed'),
      failure: fc.record({ cause: causes, message: texts, signal: texts }, { requiredKeys: ['cause', 'message'] }),
      ...facts,
    },
    { requiredKeys: ['state', 'failure'] },
  ),
) as fc.Arbitrary<TrialResult>;

const goals = fc.constantFrom('minimize', 'maximize');

const created = fc.record(
  {
    type: fc.constant('study-created'),
    study: texts,
    direction: goals,
    seed: fc.maxSafeNat(),
    space: spaces,
    deterministic: fc.integer({ min: 1, max: 64 }),
    at: times,
  },
  { requiredKeys: ['type', 'study', 'direction', 'seed', 'space', 'at'] },
) as fc.Arbitrary<StudyCreated>;

const actions = fc.record({
  trial: fc.nat(3),
  act: fc.constantFrom('measure', 'measure', 'pause', 'interrupt', 'restart', 'finish'),
  isWish: fc.boolean(),
  unseenCount: fc.nat(2),
  runner: fc.constantFrom({}, { member: 'one' }, { member: 'other' }),
  point: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
  measurement: fc.record({ value: numbers, metrics }, { requiredKeys: ['value'] }),
  result: results,
  at: times,
});

export const histories: fc.Arbitrary<readonly StudyEvent[]> = fc
  .tuple(created, fc.option(goals), fc.array(actions, { maxLength: 25 }))
  .map(([first, second, drafts]) => {
    const created = second ? { ...first, directions: [first.direction, second] } : first;
    const events: StudyEvent[] = [created];
    const running = new Map<number, { attempt: number; step: number; isPaused?: boolean }>();
    let count = 0;
    for (const { trial, act, isWish, unseenCount, runner, point, measurement, result, at } of drafts) {
      const state = running.get(trial);
      if (trial >= count && isWish) {
        const config = Object.fromEntries(Object.entries(decode(created.space, point)).slice(1));
        const { attributes } = result;
        running.set(count, { attempt: 0, step: 0 });
        events.push({ type: 'trial-enqueued', trial: count, config, ...(attributes && { attributes }), at });
        count += 1;
      } else if (trial >= count) {
        const config = decode(created.space, point);
        running.set(count, { attempt: 1, step: 0 });
        const unseen = Array.from({ length: Math.min(count, unseenCount) }, (_, id) => id);
        const facts = unseen.length > 0 && { unseen };
        events.push({ type: 'trial-started', trial: count, attempt: 1, config, ...facts, ...runner, at });
        count += 1;
      } else if (state && (act === 'restart' || state.attempt === 0)) {
        const config = decode(created.space, point);
        events.push({ type: 'trial-started', trial, attempt: (state.attempt += 1), config, ...runner, at });
      } else if (state && act === 'measure') {
        const measured: Measurement = { step: (state.step += 1), ...measurement };
        events.push({ type: 'trial-measured', trial, measurement: measured });
      } else if (state && act === 'pause') {
        events.push(state.isPaused ? { type: 'trial-promoted', trial, ...runner } : { type: 'trial-paused', trial });
        state.isPaused = !state.isPaused;
      } else if (state && act === 'interrupt') {
        events.push({ type: 'trial-interrupted', trial });
      } else if (state) {
        const hasValues = second !== null && result.state === 'complete';
        const values = hasValues ? { values: [result.value!, trial] } : {};
        events.push({ type: 'trial-finished', trial, result: { ...result, ...values }, at });
        running.delete(trial);
      }
    }
    return events;
  });
