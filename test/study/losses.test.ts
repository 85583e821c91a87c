import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../src/study/fold.ts';
import { eventOfLosses, trialsOfLosses } from '../../src/study/losses.ts';
import { histories } from '../storage/histories.ts';

test('the trials of losses are what the events of losses come to', () => {
  fc.assert(
    fc.property(histories, fc.constantFrom('minimize', 'maximize'), (events, second) => {
      const [created] = events;
      const { direction, directions = [direction] } = created as Extract<typeof created, { type: 'study-created' }>;
      const goals = directions.length > 1 ? [direction, second] : directions;
      const { trials } = fold(events.map(event => eventOfLosses(event, goals)));
      const found = trialsOfLosses(fold(events).trials, goals);
      expect(found).toEqual(trials);
      expect(JSON.stringify(found)).toBe(JSON.stringify(trials));
      expect(found.map(trial => ({ ...trial }))).toEqual(trials);
    }),
    { numRuns: 100 },
  );
});
