import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasEnded } from '../../src/study/count-finished.ts';
import type { StudyCreated, StudyEvent } from '../../src/study/events.ts';
import { fold, follow } from '../../src/study/fold.ts';
import { at, line } from './make-study.ts';

const created: StudyCreated = { type: 'study-created', study: 's', direction: 'minimize', seed: 1, space: line, at };

function started(trial: number, attempt = 1, confirms?: number): StudyEvent {
  const facts = confirms !== undefined && { confirms };
  return { type: 'trial-started', trial, attempt, config: { x: trial }, ...facts, at };
}

function measured(trial: number, step: number, value: number): StudyEvent {
  return { type: 'trial-measured', trial, measurement: { step, value } };
}

function finished(trial: number, value: number): StudyEvent {
  return { type: 'trial-finished', trial, result: { state: 'complete', value }, at };
}

/** Histories as a study writes them: trials start in order, run again at times, and end once; later ones may confirm the first. */
const histories: fc.Arbitrary<readonly StudyEvent[]> = fc
  .array(fc.record({ trial: fc.nat(5), what: fc.nat(3), value: fc.double() }), { maxLength: 40 })
  .map(drafts => {
    const events: StudyEvent[] = [created];
    const steps: number[] = [];
    const ended = new Set<number>();
    for (const { trial, what, value } of drafts) {
      if (trial >= steps.length) {
        events.push(started(steps.length, 1, steps.length > 3 && what === 0 ? 0 : undefined));
        steps.push(0);
      } else if (!ended.has(trial)) {
        if (what === 0) events.push(started(trial, 2));
        else if (what === 1) events.push(finished(trial, value));
        else events.push(measured(trial, (steps[trial]! += 1), value));
        if (what === 1) ended.add(trial);
      }
    }
    return events;
  });

describe('fold', () => {
  test('nothing is a state without study and trials', () => {
    expect(fold([])).toEqual({ trials: [] });
  });

  test('a trial starts, is measured and ends', () => {
    const [running, measuredTrial, ended] = [1, 2, 3].map(
      count => fold([started(0), measured(0, 1, 0.5), finished(0, 0.25)].slice(0, count)).trials[0],
    );
    const base = { id: 0, attempt: 1, config: { x: 0 }, startedAt: at };
    expect(running).toEqual({ ...base, state: 'running', curve: [] });
    expect(measuredTrial).toEqual({ ...base, state: 'running', curve: [{ step: 1, value: 0.5 }] });
    expect(ended).toEqual({ ...measuredTrial, state: 'complete', value: 0.25, finishedAt: at });
  });

  test('a trial that runs again begins with an empty curve', () => {
    const { trials } = fold([started(0), measured(0, 1, 0.5), started(0, 2)]);
    expect(trials).toEqual([{ id: 0, state: 'running', attempt: 2, config: { x: 0 }, curve: [], startedAt: at }]);
  });

  test('a study without its own beginning has trials alone', () => {
    const state = fold([started(0)]);
    expect(state).not.toHaveProperty('study');
    expect(state.trials).toHaveLength(1);
  });

  test.each([measured(1, 1, 0), finished(1, 0)])('$type needs a trial that started', event => {
    expect(() => fold([started(0), event])).toThrow('trial 1, which never started');
  });

  test('any split of the events gives the same state', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (events, random) => {
        const cut = random % (events.length + 1);
        const whole = fold(events);
        expect(fold(events.slice(cut), fold(events.slice(0, cut)))).toEqual(whole);
        const trials = follow(fold([]));
        for (const event of events) trials.apply(event);
        expect(trials.all()).toEqual(whole.trials);
        expect(trials.count).toBe(whole.trials.length);
        expect(trials.open()).toEqual(whole.trials.filter(trial => !hasEnded(trial)));
        expect(trials.searched()).toEqual(whole.trials.filter(({ confirms }) => confirms === undefined));
      }),
    );
  });

  test('earlier states and their trials stay as they were', () => {
    fc.assert(
      fc.property(histories, events => {
        const trials = follow(fold([]));
        const seen = [trials.all()];
        const seenOpen = [trials.open()];
        for (const event of events) {
          trials.apply(event);
          seenOpen.push(trials.open());
          seen.push(trials.all());
        }
        seen.forEach((state, count) => {
          expect(state).toEqual(fold(events.slice(0, count)).trials);
          expect(seenOpen[count]).toEqual(state.filter(trial => !hasEnded(trial)));
        });
      }),
      { numRuns: 30 },
    );
  });

  test('what was seen is the same array until something happens', () => {
    const trials = follow(fold([started(0)]));
    const before = trials.all();
    expect(trials.all()).toBe(before);
    trials.apply(created);
    expect(trials.all()).toBe(before);
    trials.apply(measured(0, 1, 0.5));
    expect(trials.all()).not.toBe(before);
    expect(trials.get(0)).toBe(trials.all()[0]);
  });

  test('an enqueued trial waits, starts and ends with what it was enqueued with', () => {
    const enqueued: StudyEvent = { type: 'trial-enqueued', trial: 0, config: {}, attributes: { by: 'me' }, at };
    const wish = { id: 0, enqueued: {}, attributes: { by: 'me' }, curve: [], startedAt: at };
    const states = [1, 2, 3, 4].map(
      count => fold([enqueued, started(0), started(0, 2), finished(0, 0.25)].slice(0, count)).trials[0],
    );
    expect(states).toEqual([
      { ...wish, state: 'waiting', attempt: 0, config: {} },
      { ...wish, state: 'running', attempt: 1, config: { x: 0 } },
      { ...wish, state: 'running', attempt: 2, config: { x: 0 } },
      { ...wish, state: 'complete', attempt: 2, config: { x: 0 }, value: 0.25, finishedAt: at },
    ]);
  });
});
