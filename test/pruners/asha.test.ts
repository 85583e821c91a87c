/** ASHA that promotes, job for job as a plain Algorithm 2 of the paper, however many workers there are. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asha } from '../../src/pruners/asha.ts';
import type { Pruner } from '../../src/study/ports.ts';
import type { Trial } from '../../src/study/trial.ts';
import { makeStudy } from '../study/make-study.ts';

/** https://arxiv.org/abs/1810.05934, Algorithm 2, with trials numbered as they are drawn and s = 0. */
function plainAsha(resource: number, factor: number, topRung: number) {
  const rungs = Array.from({ length: topRung + 1 }, () => new Map<number, number>());
  const promoted = rungs.map(() => new Set<number>());
  let drawn = 0;
  return {
    /** The trial and the step to train it to. */
    getJob(mayDraw: boolean): readonly [trial: number, step: number] | undefined {
      for (let k = topRung - 1; k >= 0; k--) {
        const ranked = [...rungs[k]!].toSorted(([, a], [, b]) => a - b).map(([trial]) => trial);
        const candidates = ranked.slice(0, Math.floor(ranked.length / factor));
        const first = candidates.find(trial => !promoted[k]!.has(trial));
        if (first === undefined) continue;
        promoted[k]!.add(first);
        return [first, resource * factor ** (k + 1)];
      }
      return mayDraw ? [drawn++, resource] : undefined;
    },
    finished(trial: number, step: number, loss: number): void {
      rungs[Math.round(Math.log(step / resource) / Math.log(factor))]!.set(trial, loss);
    },
  };
}

const promotion = (knobs: object): Pruner => asha.create(asha.knobs.parse({ type: 'promotion', ...knobs }));

const settings = fc.record({
  resource: fc.integer({ min: 1, max: 3 }),
  factor: fc.integer({ min: 2, max: 4 }),
  topRung: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 5 }),
  trials: fc.integer({ min: 1, max: 30 }),
  direction: fc.constantFrom('minimize', 'maximize'),
  /** Where each trial's curve ends, and how it gets there; no two values are the same. */
  curves: fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: 30, maxLength: 30 }),
  slopes: fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 30, maxLength: 30 }),
  order: fc.infiniteStream(fc.nat(4)),
});

test('asks for the same jobs in the same order, whichever end first', async () => {
  let promotions = 0;
  await fc.assert(
    fc.asyncProperty(settings, async given => {
      const { resource, factor, topRung, workers, trials, direction, curves, slopes, order } = given;
      const lossAt = (trial: number, step: number): number =>
        curves[trial]! + slopes[trial]! / step + (trial + step / 100) / 1e4;
      const sign = direction === 'minimize' ? 1 : -1;
      const reference = plainAsha(resource, factor, topRung);
      const pruner = promotion({ minResource: resource, reductionFactor: factor });
      const study = await makeStudy({ pruner, direction });
      const last = resource * factor ** topRung;

      const next = async (): Promise<readonly [number, number] | undefined> => {
        const mayDraw = study.trials().length < trials;
        const trial = mayDraw ? await study.ask() : await study.promote(false);
        const reached = trial?.curve.at(-1)?.step;
        const job = trial && ([trial.id, reached === undefined ? resource : reached * factor] as const);
        expect(job).toEqual(reference.getJob(mayDraw));
        if (reached !== undefined) promotions += 1;
        return job;
      };
      const train = async ([id, target]: readonly [number, number]): Promise<void> => {
        let step = study.trials()[id]!.curve.length;
        while (++step < target)
          expect(await study.report(id, { step, value: sign * lossAt(id, step) })).toBe('continue');
        const value = sign * lossAt(id, target);
        expect(await study.report(id, { step: target, value })).toBe('pause');
        await (target === last ? study.tell(id, value) : study.pause(id));
        reference.finished(id, target, lossAt(id, target));
      };

      const running: (readonly [number, number])[] = [];
      while (true) {
        while (running.length < workers) {
          const job = await next();
          if (!job) break;
          running.push(job);
        }
        if (running.length === 0) break;
        const [ending] = running.splice(order.next().value % running.length, 1);
        await train(ending!);
      }
    }),
  );
  expect(promotions).toBeGreaterThan(500);
});

describe('a rung', () => {
  const curveTo = (step: number, value: number) => Array.from({ length: step }, (_, n) => ({ step: n + 1, value }));
  const trial = (id: number, state: Trial['state'], step: number, value: number, more: Partial<Trial> = {}): Trial => ({
    id,
    state,
    attempt: 1,
    config: {},
    curve: curveTo(step, value),
    startedAt: '',
    ...more,
  });
  const pruner = promotion({ minResource: 2, reductionFactor: 3 });
  const judge = (one: Trial, ...others: readonly Trial[]) => pruner.judge(one, [...others, one]);

  test('is where every trial pauses, the best too', () => {
    expect([1, 2, 3, 5, 6, 7].map(step => judge(trial(0, 'running', step, 0)))).toEqual([
      'continue',
      'pause',
      'continue',
      'continue',
      'pause',
      'continue',
    ]);
  });

  test('holds up no trial twice: a later attempt passes it', () => {
    expect([2, 6].map(step => judge(trial(0, 'running', step, 0, { promoted: 2 })))).toEqual(['continue', 'pause']);
  });

  test('lets the best third go on, of all that came to it, whatever became of them', () => {
    const best = trial(0, 'paused', 2, 1);
    const others = [trial(1, 'pruned', 2, 2), trial(2, 'complete', 9, 3)];
    expect(judge(best, others[0]!)).toBe('pause');
    expect(judge(best, ...others)).toBe('continue');
    expect(judge(trial(3, 'paused', 2, 2.5), ...others, best)).toBe('pause');
  });

  test('is passed over by gaps between steps', () => {
    const gaps = [3, 5, 7].map(step => ({ step, value: 1 }));
    const verdicts = gaps.map((_, index) =>
      judge({ ...trial(0, 'running', 1, 1), curve: gaps.slice(0, index + 1), ...(index > 0 && { promoted: 3 }) }),
    );
    expect(verdicts).toEqual(['pause', 'continue', 'pause']);
  });

  test('comes to nobody before a trial is complete, where no first step is given', () => {
    const auto = promotion({});
    const running = trial(1, 'running', 1, 1);
    expect(auto.judge(running, [trial(0, 'running', 5, 1), running])).toBe('continue');
    expect(auto.judge(running, [trial(0, 'complete', 5, 1), running])).toBe('pause');
  });
});
