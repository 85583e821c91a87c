/** The default pruner, and the extrapolation of curves that it holds. */
import { describe, expect, test } from 'vitest';
import { pruners } from '../../src/pruners/index.ts';
import { isControl, withControls } from '../../src/pruners/controls.ts';
import { wouldStopAt } from '../../src/study/replay-pruner.ts';
import { pruningOf } from '../../src/report/pruning.ts';
import type { Pruner } from '../../src/study/ports.ts';
import type { Measurement, Trial, Verdict } from '../../src/study/trial.ts';

const curveOf = (count: number, of: (step: number) => number): Measurement[] =>
  Array.from({ length: count }, (_, index) => ({ step: index + 1, value: of(index + 1) }));

function trial(id: number, curve: readonly Measurement[], state: Trial['state'] = 'complete'): Trial {
  const value = Math.min(...curve.map(({ value }) => value));
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const ended = state === 'running' ? {} : { finishedAt: at(10 * id + 9) };
  return {
    id,
    state,
    attempt: 1,
    config: {},
    curve,
    startedAt: at(10 * id),
    ...ended,
    ...(state === 'complete' && { value }),
    ...(state === 'pruned' && { stopped: 'pruner' as const }),
  };
}

/** After each measurement. */
function verdicts(pruner: Pruner, history: readonly Trial[], curve: readonly Measurement[]): readonly Verdict[] {
  return curve.map((_, index) => {
    const running = trial(history.length, curve.slice(0, index + 1), 'running');
    return pruner.judge(running, [...history, running]);
  });
}

const create = (name: keyof typeof pruners): Pruner => pruners[name].create(pruners[name].knobs.parse({}));
const falling = (end: number) => (step: number) => end + 1 / step;
const ends = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
const history = ends.map((end, id) => trial(id, curveOf(30, falling(end))));

describe('auto', () => {
  test('stops the worst of several from the third step on, and never the best', () => {
    expect(verdicts(create('auto'), history, curveOf(4, falling(0.7)))).toEqual([
      'continue',
      'continue',
      'stop',
      'stop',
    ]);
    expect(verdicts(create('auto'), history, curveOf(30, falling(0.05)))).not.toContain('stop');
  });

  test('lets one in t of the trials pass step t', () => {
    // Of seven: those with fewer than 7 / t better ones.
    expect(verdicts(create('auto'), history, curveOf(7, falling(0.15))).indexOf('stop')).toBe(6);
    expect(verdicts(create('auto'), history, curveOf(7, falling(0.25))).indexOf('stop')).toBe(3);
    expect(verdicts(create('auto'), history, curveOf(4, falling(0.35))).indexOf('stop')).toBe(2);
  });

  test('stops none before four others are as far', () => {
    expect(verdicts(create('auto'), history.slice(0, 3), curveOf(8, falling(0.9)))).not.toContain('stop');
  });

  test('goes by a lasting lead, not by one lucky step', () => {
    const lucky = curveOf(3, step => (step === 1 ? 9 : step === 2 ? 9 : 0.05 + 1 / 3));
    expect(verdicts(create('auto'), history, lucky).at(-1)).toBe('stop');
  });

  test('stops what is no number any more', () => {
    expect(verdicts(create('auto'), [], [{ step: 1, value: NaN }])).toEqual(['stop']);
  });

  test('takes less than a millisecond in a study of 300 trials', () => {
    const many = Array.from({ length: 300 }, (_, id) => trial(id, curveOf(id % 10 === 0 ? 50 : 6, falling(id / 300))));
    const pruner = create('auto');
    const curve = curveOf(40, falling(0.001));
    const begin = performance.now();
    verdicts(pruner, many, curve);
    // A bound for machines under load; on a quiet one it is 0.2 ms.
    expect((performance.now() - begin) / curve.length).toBeLessThan(10);
  });
});

describe('curve', () => {
  test('stops a curve that levels off too high, however it ranks', () => {
    const best = [
      trial(
        0,
        curveOf(30, step => 0.1 + 1 / step),
      ),
    ];
    expect(
      verdicts(
        create('curve'),
        best,
        curveOf(15, step => 0.9 + 1 / step),
      ),
    ).toContain('stop');
    expect(
      verdicts(
        create('curve'),
        best,
        curveOf(29, step => 0.05 + 1 / step),
      ),
    ).not.toContain('stop');
  });
});

describe('controls', () => {
  const strict: Pruner = { judge: () => 'stop' };

  test('are trial 0 and every tenth: the pruner never stops them', () => {
    const judge = (id: number, every: number): Verdict => withControls(strict, every).judge(trial(id, []), []);
    expect([0, 1, 9, 10, 11, 20].map(id => judge(id, 10))).toEqual([
      'continue',
      'stop',
      'stop',
      'continue',
      'stop',
      'continue',
    ]);
    expect(judge(0, 0)).toBe('stop');
    expect(isControl({ id: 3 }, 0)).toBe(false);
  });

  test('the record tells when the pruner would have stopped one', () => {
    const study = [...history, trial(6, curveOf(30, falling(0.35)))];
    expect(wouldStopAt(create('auto'), study[6]!, study, 'minimize')).toBe(3);
    expect(wouldStopAt(create('auto'), study[0]!, study, 'minimize')).toBeUndefined();
    const maximized = study.map(({ curve, value, ...rest }) => ({
      ...rest,
      value: -value!,
      curve: curve.map(({ step, value }) => ({ step, value: -value })),
    }));
    expect(wouldStopAt(create('auto'), maximized[6]!, maximized, 'maximize')).toBe(3);
  });

  test('a replay sees only what had been measured by then', () => {
    const seen: number[][] = [];
    const spy: Pruner = {
      judge: (_, history) => (seen.push(history.map(({ curve }) => curve.length)), 'continue'),
    };
    // Trial 0 runs from 0 to 9 s, trial 1 from 10 to 19 s.
    const [first, second] = [trial(0, curveOf(3, falling(1))), trial(1, curveOf(3, falling(2)))];
    wouldStopAt(spy, second, [first, second], 'minimize');
    expect(seen).toEqual([
      [3, 1],
      [3, 2],
      [3, 3],
    ]);
    seen.length = 0;
    wouldStopAt(spy, first, [first, second], 'minimize');
    expect(seen).toEqual([[1], [2], [3]]);
  });

  test('tell what pruning saved, and what it would have lost', () => {
    // A late bloomer: the best in the end.
    const late = trial(
      10,
      curveOf(30, step => (step < 20 ? 3 : 0.01)),
    );
    const cut = [7, 8, 9].map(id => trial(id, curveOf(3, falling(2)), 'pruned'));
    const study = [...history, trial(6, curveOf(30, falling(0.7))), ...cut, late];
    const told = pruningOf(study, create('auto'), { controls: 10, direction: 'minimize' });
    expect(told).toMatchObject({
      stopped: 3,
      savedSteps: 81,
      controls: 2,
      best: 0.01,
      wouldStop: [{ trial: 10, step: 3 }],
    });
    expect(told!.bestWithout).toBeCloseTo(0.1 + 1 / 30, 12);
    expect(pruningOf(history, create('none'), { controls: 10, direction: 'minimize' })).toBeUndefined();
  });
});
