import { describe, expect, test } from 'vitest';
import { renderLive } from '../../src/cli/live-view.ts';
import { heartbeatLine, plainLine } from '../../src/cli/plain-view.ts';
import { advance, noProgress, secondsLeft, type Progress } from '../../src/cli/progress.ts';
import type { TuneEvent } from '../../src/tune/options.ts';
import { trials } from '../report/study.ts';

const wide = { columns: 120, rows: 24 };
const at = '2026-03-04T05:06:07.000Z';

const opened: TuneEvent = {
  type: 'study-opened',
  name: 'digits',
  slots: 3,
  budget: { trials: 12 },
  trials: trials.slice(0, 4),
  direction: 'minimize',
};

/** The state after events at the given seconds. */
function after(...events: readonly (readonly [seconds: number, event: TuneEvent])[]): Progress {
  return events.reduce((progress, [seconds, event]) => advance(progress, event, seconds * 1000), noProgress);
}

function started(trial: number): TuneEvent {
  return { type: 'trial-started', trial, attempt: 1, config: { lr: 0.01, units: 64 }, at };
}

function measured(trial: number, step: number, valLoss: number): TuneEvent {
  const metrics = { trainLoss: valLoss / 2, valLoss };
  return { type: 'trial-measured', trial, measurement: { step, value: valLoss, metrics } };
}

function completed(trial: number, value: number): TuneEvent {
  return { type: 'trial-finished', trial, result: { state: 'complete', value }, at };
}

/** Plain lines for events, in their order. */
function plainLines(...events: readonly (readonly [seconds: number, event: TuneEvent])[]): string[] {
  let progress = noProgress;
  return events.flatMap(([seconds, event]) => {
    const before = progress;
    progress = advance(before, event, seconds * 1000);
    return plainLine(event, before, progress, seconds * 1000) ?? [];
  });
}

describe('live view', () => {
  test('before the study is open there is only what goes on', () => {
    expect(renderLive(after([0, { type: 'phase', text: 'reading the data' }]), wide, 0)).toEqual([
      'reading the data …',
    ]);
  });

  test('a bar, the best value, the time left and a line for each slot', () => {
    const progress = after(
      [10, opened],
      [10, started(4)],
      [10, started(5)],
      [12, measured(4, 1, 0.8)],
      [13, measured(4, 2, 0.4)],
      [14, measured(4, 3, 0.201_23)],
      [16, completed(4, 0.201_23)],
      [16, started(6)],
      [17, measured(6, 1, 1.5)],
      [18, measured(6, 2, 1.25)],
    );
    // One trial in 10 s: the other 7 take 70 s.
    expect(renderLive(progress, wide, 20_000)).toEqual([
      'digits  ██████████░░░░░░░░░░░░░░  5/12 trials  best 0.2012 (trial 4)  about 1 min 10 s left',
      ' 1  trial 6  epoch   2  train 0.625     validation 1.25      █▁',
      ' 2  trial 5  10 s',
      ' 3  idle',
    ]);
  });

  test('trials without losses show their value', () => {
    const measurement = { step: 7, value: -3 } as const;
    const progress = after([0, opened], [0, started(4)], [1, { type: 'trial-measured', trial: 4, measurement }]);
    expect(renderLive(progress, wide, 1000)[1]).toBe(' 1  trial 4  epoch   7  value -3        ▁');
  });

  test('lines and their number fit the terminal', () => {
    const many = after([0, { ...opened, slots: 64 }], [0, started(4)], [1, measured(4, 1, 0.5)]);
    for (const columns of [1, 10, 40, 79]) {
      const lines = renderLive(many, { columns, rows: 10 }, 1000);
      expect(lines).toHaveLength(9);
      for (const line of lines) expect(Array.from(line).length).toBeLessThan(Math.max(2, columns));
    }
    expect(renderLive(many, { columns: 80, rows: 10 }, 1000).at(-1)).toBe('… 64 slots in all');
  });

  test('a name cannot drive the terminal', () => {
    const [line] = renderLive(after([0, { ...opened, name: 'a\u001b[2Jb' }]), wide, 0);
    expect(line).toMatch(/^a\\x1b\[2Jb {2}/);
  });
});

describe('progress', () => {
  test('counts trials of earlier runs, but not in the pace', () => {
    const progress = after([0, opened], [0, started(4)], [6, completed(4, 0.5)]);
    expect(progress).toMatchObject({ done: 5, earlier: 4, best: { trial: 3 } });
    expect(secondsLeft(progress, 6000)).toBe(42);
  });

  test('time ends with the duration of the budget', () => {
    const budget = { trials: 12, duration: 30 };
    const progress = after([5, { ...opened, budget }], [5, started(4)], [11, completed(4, 0.5)]);
    expect(secondsLeft(progress, 11_000)).toBe(24);
    expect(secondsLeft(progress, 99_000)).toBe(0);
  });

  test('nothing is left to say before the first trial ends', () => {
    expect(secondsLeft(after([0, opened]), 9000)).toBeUndefined();
  });

  test('pruned trials never become the best, larger values do when maximizing', () => {
    const pruned: TuneEvent = { type: 'trial-finished', trial: 4, result: { state: 'pruned', value: 9 }, at };
    const maximizing = [0, { ...opened, direction: 'maximize', trials: [] }] as const;
    const progress = after(
      maximizing,
      [1, completed(0, 0.2)],
      [2, completed(1, 0.7)],
      [3, completed(2, 0.6)],
      [4, pruned],
    );
    expect(progress.best).toEqual({ trial: 1, value: 0.7 });
    expect(progress.done).toBe(4);
  });

  test('a trial that crashed runs again in its own slot', () => {
    const progress = after([0, opened], [0, started(4)], [0, started(5)], [1, measured(5, 1, 0.8)], [2, started(5)]);
    expect(progress.slots.map(slot => [slot?.trial, slot?.curve.length])).toEqual([
      [4, 0],
      [5, 0],
      [undefined, undefined],
    ]);
  });

  test('a finished trial frees its slot for the next', () => {
    const progress = after([0, opened], [0, started(4)], [0, started(5)], [1, completed(4, 1)], [1, started(6)]);
    expect(progress.slots.map(slot => slot?.trial)).toEqual([6, 5, undefined]);
  });

  test('a paused trial does so too, and goes on with its curve', () => {
    const [paused, promoted] = (['trial-paused', 'trial-promoted'] as const).map(type => ({ type, trial: 4 }));
    const before = after([0, opened], [0, started(4)], [0, started(5)], [1, measured(4, 1, 0.8)], [2, paused!]);
    expect(before.slots.map(slot => slot?.trial)).toEqual([undefined, 5, undefined]);
    const progress = [started(6), promoted!, measured(4, 2, 0.7)].reduce(
      (now, event) => advance(now, event, 3),
      before,
    );
    expect(progress.slots.map(slot => [slot?.trial, slot?.curve.length])).toEqual([
      [6, 0],
      [5, 0],
      [4, 2],
    ]);
  });

  test('trials that an earlier run left paused go on with their curves', () => {
    const curve = [{ step: 1, value: 0.8 }];
    const trial = { id: 0, state: 'paused', attempt: 1, config: { x: 1 }, curve, startedAt: at } as const;
    const progress = after([0, { ...opened, trials: [trial] }], [1, { type: 'trial-promoted', trial: 0 }]);
    expect(progress.slots[0]).toMatchObject({ trial: 0, config: { x: 1 }, curve });
  });
});

describe('plain view', () => {
  test('one line for each finished trial', () => {
    const failure = { cause: 'nan', message: 'valLoss was NaN\nafter epoch 3' } as const;
    expect(
      plainLines(
        [0, { type: 'phase', text: 'starting TensorFlow' }],
        [1, opened],
        [1, started(4)],
        [1, started(5)],
        [2, measured(4, 1, 0.4)],
        [3, completed(4, 0.25)],
        [5, { type: 'trial-finished', trial: 5, result: { state: 'failed', failure }, at }],
      ),
    ).toEqual([
      'starting TensorFlow …',
      'digits: 12 trials, 4 of them done earlier, 3 at once',
      '5/12  trial 4 complete  0.25  best 0.25 (trial 4)  2.0 s  lr 0.01, units 64',
      '6/12  trial 5 failed  nan: valLoss was NaN\\x0aafter epoch 3  best 0.25 (trial 4)  4.0 s  lr 0.01, units 64',
    ]);
  });

  test('values that the gradient moved are shown with where they went', () => {
    const attributes = { learned: { lr: 0.004_21, gone: 1 } };
    const result = { state: 'complete', value: 0.25, attributes } as const;
    expect(plainLines([1, opened], [1, started(4)], [3, { type: 'trial-finished', trial: 4, result, at }]).at(-1)).toBe(
      '5/12  trial 4 complete  0.25  best 0.25 (trial 4)  2.0 s  lr 0.01 → 0.00421, units 64',
    );
  });

  test('a heartbeat says what goes on', () => {
    expect(heartbeatLine(noProgress, 0)).toBe('still starting …');
    expect(heartbeatLine(after([0, opened], [0, started(4)], [0, started(5)], [9, completed(4, 0.2)]), 9000)).toBe(
      '5/12 trials, 1 running, best 0.2 (trial 4), about 1 min 03 s left',
    );
  });
});
