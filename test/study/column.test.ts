/** What is remembered of trials is what would be found anew, whatever has changed, come or gone since. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCompare, valueAtRung } from '../../src/pruners/rungs.ts';
import { column } from '../../src/study/column.ts';
import type { Trial } from '../../src/study/trial.ts';
import { at } from './make-study.ts';

const trial = (id: number, values: readonly number[]): Trial => ({
  id,
  state: 'running',
  attempt: 1,
  config: {},
  curve: values.map((value, index) => ({ step: index + 1, value })),
  startedAt: at,
});

/** Histories one after the other: each trial is either the same object as before or another one. */
const histories = fc
  .array(fc.array(fc.tuple(fc.nat(9), fc.nat(2)), { maxLength: 10 }), { minLength: 1, maxLength: 8 })
  .chain(drafts =>
    fc
      .array(fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(NaN)), { maxLength: 4 }), {
        minLength: 30,
        maxLength: 30,
      })
      .map(curves => {
        const trials = curves.map((curve, index) => trial(Math.floor(index / 3), curve));
        return drafts.map(draft => {
          const byId = new Map(draft.map(([id, version]) => [id, trials[3 * id + version]!]));
          return [...byId.values()].toSorted((a, b) => a.id - b.id);
        });
      }),
  );

test('a column has what its function says of each trial, and asks it once about the same one at the same place', () => {
  fc.assert(
    fc.property(histories, sequence => {
      const asked: Trial[] = [];
      const lengths = column(each => {
        asked.push(each);
        return each.curve.length;
      });
      let before: readonly Trial[] = [];
      for (const history of sequence) {
        asked.length = 0;
        expect(lengths(history)).toEqual(history.map(({ curve }) => curve.length));
        expect(asked).toEqual(history.filter((each, place) => each !== before[place]));
        before = history;
      }
    }),
  );
});

test('a history may grow in place', () => {
  const lengths = column(({ curve }) => curve.length);
  const history = [trial(0, [1])];
  expect(lengths(history)).toEqual([1]);
  history.push(trial(1, [1, 2]));
  expect(lengths(history)).toEqual([1, 2]);
});

test('a trial stands among its peers as it would if nothing was remembered', () => {
  fc.assert(
    fc.property(histories, fc.nat(9), fc.integer({ min: 0, max: 5 }), (sequence, id, value) => {
      const compare = createCompare();
      for (const history of sequence)
        for (const step of [1, 3]) {
          const peers = history
            .filter(other => other.id !== id)
            .map(other => valueAtRung(other, step))
            .filter(peer => peer !== undefined);
          const better = peers.filter(peer => peer < value).length;
          expect(compare(trial(id, []), value, history, step)).toEqual({ peers: peers.length, better });
        }
    }),
  );
});
