/** What the views of a running study show: a pure state, moved on by events. Times are in milliseconds and never jump. */
import { lossOf } from '../study/losses.ts';
import { bestTrial } from '../study/best-trial.ts';
import { countFinished } from '../study/count-finished.ts';
import type { Direction } from '../study/ports.ts';
import type { Config } from '../space/space.ts';
import type { Measurement } from '../study/trial.ts';
import type { TuneEvent } from '../tune/options.ts';

export interface Progress {
  /** What goes on before, between and after the trials: "reading the data". */
  readonly phase?: string;
  readonly study: string;
  readonly direction: Direction;
  /** Trials of the budget, and its seconds. */
  readonly total: number;
  readonly duration?: number;
  /** Finished trials, and how many of them are from earlier runs. */
  readonly done: number;
  readonly earlier: number;
  readonly best?: { readonly trial: number; readonly value: number };
  readonly openedAt: number;
  readonly slots: readonly (RunningTrial | undefined)[];
  /** Trials that have paused, and may go on. */
  readonly paused: readonly RunningTrial[];
}

export interface RunningTrial {
  readonly trial: number;
  readonly config: Config;
  /** The trial that it confirms: it counts for no budget. */
  readonly confirms?: number;
  readonly startedAt: number;
  readonly curve: readonly Measurement[];
}

/** Before anything is known of the study. */
export const noProgress: Progress = {
  study: '',
  direction: 'minimize',
  total: 0,
  done: 0,
  earlier: 0,
  openedAt: 0,
  slots: [],
  paused: [],
};

export function advance(progress: Progress, event: TuneEvent, now: number): Progress {
  switch (event.type) {
    case 'phase':
      return { ...progress, phase: event.text };
    case 'study-opened': {
      const { name, direction, budget, trials } = event;
      const best = bestTrial(trials, direction);
      const done = countFinished(trials);
      return {
        study: name,
        direction,
        total: budget.trials,
        ...(budget.duration !== undefined && { duration: budget.duration }),
        done,
        earlier: done,
        ...(best && { best: { trial: best.id, value: best.value! } }),
        openedAt: now,
        slots: Array.from({ length: event.slots }, () => undefined),
        paused: trials
          .filter(({ state }) => state === 'paused')
          .map(({ id, config, curve }) => ({ trial: id, config, startedAt: now, curve })),
      };
    }
    case 'trial-started': {
      const { phase: _, ...rest } = progress;
      return { ...rest, slots: placed(progress.slots, { ...event, startedAt: now, curve: [] }) };
    }
    case 'trial-paused': {
      const paused = progress.slots.filter(slot => slot?.trial === event.trial) as RunningTrial[];
      return { ...progress, slots: freed(progress.slots, event.trial), paused: [...progress.paused, ...paused] };
    }
    case 'trial-interrupted':
      return { ...progress, slots: freed(progress.slots, event.trial) };
    case 'trial-promoted': {
      const promoted = progress.paused.find(({ trial }) => trial === event.trial);
      const paused = progress.paused.filter(({ trial }) => trial !== event.trial);
      return promoted ? { ...progress, slots: placed(progress.slots, promoted), paused } : progress;
    }
    case 'trial-measured':
      return { ...progress, slots: progress.slots.map(slot => measured(slot, event.trial, event.measurement)) };
    case 'trial-finished': {
      const { trial, result } = event;
      const { best, direction } = progress;
      const slots = freed(progress.slots, trial);
      if (progress.slots.some(slot => slot?.trial === trial && slot.confirms !== undefined))
        return { ...progress, slots };
      const isBetter =
        result.state === 'complete' &&
        result.value !== undefined &&
        (!best || lossOf(result.value, direction) < lossOf(best.value, direction));
      return {
        ...progress,
        done: progress.done + 1,
        ...(isBetter && { best: { trial, value: result.value } }),
        slots,
      };
    }
    case 'study-created':
    case 'trial-enqueued':
    case 'trial-configured':
    case 'notice':
      return progress;
  }
}

type Slots = Progress['slots'];

function placed(slots: Slots, { trial, config, confirms, startedAt, curve }: RunningTrial): Slots {
  const running = { trial, config, ...(confirms !== undefined && { confirms }), startedAt, curve };
  // A trial that crashed runs again in its own slot.
  const own = slots.findIndex(slot => slot?.trial === trial);
  const slot = own < 0 ? slots.indexOf(undefined) : own;
  return slot < 0 ? [...slots, running] : slots.with(slot, running);
}

function freed(slots: Slots, trial: number): Slots {
  return slots.map(slot => (slot?.trial === trial ? undefined : slot));
}

function measured(slot: RunningTrial | undefined, trial: number, measurement: Measurement): RunningTrial | undefined {
  return slot?.trial === trial ? { ...slot, curve: [...slot.curve, measurement] } : slot;
}

/** Seconds until the budget is spent, at the pace so far; undefined while nothing tells. */
export function secondsLeft({ total, duration, done, earlier, openedAt }: Progress, now: number): number | undefined {
  const elapsed = (now - openedAt) / 1000;
  const finished = done - earlier;
  const byTrials = finished > 0 ? (elapsed / finished) * (total - done) : Infinity;
  const byTime = duration !== undefined ? duration - elapsed : Infinity;
  const seconds = Math.max(0, Math.min(byTrials, byTime));
  return Number.isFinite(seconds) ? seconds : undefined;
}
