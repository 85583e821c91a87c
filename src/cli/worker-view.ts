/** What a worker shows: a pure state, moved on by events, and its lines. Times are in milliseconds and never jump. */
import { cut } from '../report/cut.ts';
import { formatDuration, formatNumber, printable } from '../text.ts';
import type { StartedWorkerEvent } from '../tune/worker.ts';
import { slotLine, type Size } from './live-view.ts';
import type { RunningTrial } from './progress.ts';

export interface WorkerProgress {
  readonly worker: string;
  readonly phase?: string;
  /** Trials that have ended here. */
  readonly done: number;
  readonly slots: readonly (Slot | undefined)[];
}

interface Slot extends RunningTrial {
  readonly study: number;
}

type TrialEvent = Extract<StartedWorkerEvent, { readonly claim: unknown }>;

export function workerAtRest(slots: number): WorkerProgress {
  return { worker: '', done: 0, slots: Array.from({ length: slots }, () => undefined) };
}

export function advanceWorker(progress: WorkerProgress, event: StartedWorkerEvent, now: number): WorkerProgress {
  switch (event.type) {
    case 'opened':
      return { ...progress, worker: event.worker };
    case 'phase':
      return { ...progress, phase: event.text };
    case 'notice':
      return progress;
    case 'taken': {
      const { study, number, job } = event.claim;
      const begun: Slot = { study, trial: number, config: job.config, startedAt: now, curve: [] };
      const free = progress.slots.indexOf(undefined);
      return { ...progress, slots: free < 0 ? [...progress.slots, begun] : progress.slots.with(free, begun) };
    }
    case 'measured': {
      const { phase: _, ...rest } = progress;
      const slots = progress.slots.map(slot =>
        slot && isOf(slot, event) ? { ...slot, curve: [...slot.curve, event.measurement] } : slot,
      );
      return { ...rest, slots };
    }
    case 'finished':
    case 'given-back':
    case 'refused': {
      const place = progress.slots.findIndex(slot => slot && isOf(slot, event));
      const slots = place < 0 ? progress.slots : progress.slots.with(place, undefined);
      return { ...progress, slots, done: progress.done + (hasEnded(event) ? 1 : 0) };
    }
  }
}

/** The line to print about an event, if any. @param before progress before the event */
export function workerLine(event: StartedWorkerEvent, before: WorkerProgress, now: number): string | undefined {
  switch (event.type) {
    case 'opened':
      return `${printable(event.worker)}: ${before.slots.length} at once, for ${printable(event.database)}`;
    case 'phase':
      return `${printable(event.text)} …`;
    case 'notice':
      return printable(event.text);
    case 'finished': {
      const { ending } = event;
      const running = before.slots.find(slot => slot && isOf(slot, event));
      const last = running?.curve.at(-1);
      const outcome =
        ending.state === 'paused'
          ? last && `after step ${last.step}`
          : ending.failure
            ? `${ending.failure.cause}: ${ending.failure.message}`
            : ending.value === undefined
              ? ''
              : formatNumber(ending.value);
      const seconds = running ? formatDuration((now - running.startedAt) / 1000) : '';
      const parts = [`${event.study} trial ${event.claim.number} ${ending.state}`, outcome ?? '', seconds];
      return printable(parts.filter(part => part !== '').join('  '));
    }
    case 'given-back':
      return printable(`${event.study} trial ${event.claim.number} given back`);
    default:
      return undefined;
  }
}

/** Lines that fit the terminal. */
export function renderWorker({ worker, phase, done, slots }: WorkerProgress, size: Size, now: number): string[] {
  const head = [
    `${printable(worker)}  ${done} trials ended`,
    ...(phase === undefined ? [] : [`${printable(phase)} …`]),
  ];
  const lines = slots.map((slot, index) => slotLine(index + 1, slot, now));
  return [...head, ...lines].slice(0, size.rows - 1).map(line => cut(line, size.columns - 1));
}

/** What came of a trial, for programs. */
export function workerFacts(event: StartedWorkerEvent): Readonly<Record<string, unknown>> | undefined {
  if (event.type !== 'finished' || !hasEnded(event)) return undefined;
  const { number: trial, attempt } = event.claim;
  return { study: event.study, trial, attempt, ...event.ending };
}

function hasEnded(event: TrialEvent): boolean {
  return event.type === 'finished' && event.ending.state !== 'paused';
}

function isOf({ study, trial }: Slot, { claim }: TrialEvent): boolean {
  return study === claim.study && trial === claim.number;
}
