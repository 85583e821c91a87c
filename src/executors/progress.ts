/** Follows one trial from beat to beat of its host. Time that it waits for verdicts is not its own. */
import type { Observer } from '../study/ports.ts';
import type { Pace } from './pace.ts';
import { beatSeconds } from './protocol.ts';

export interface Progress {
  readonly observe: Observer;
  /** @param isActive whether the trial has taken a step since the last beat */
  beat(isActive: boolean): void;
  /** It has come to its own end. */
  complete(): void;
}

/**
 * Beats are counted, since a host that stands still, with its machine or because the coordinator does, sends none.
 * @param hang told of the seconds without progress, again and again
 */
export function followProgress(observe: Observer, pace: Pace, hang: (seconds: number) => void): Progress {
  let hasMeasured = false;
  let waiting = 0;
  let sinceMeasurement = 0;
  let sinceStep = 0;
  return {
    async observe(measurement, bytes) {
      // One that goes on after a pause has nothing to load.
      if (hasMeasured || measurement.step === 1) pace.note(sinceMeasurement, !hasMeasured);
      hasMeasured = true;
      sinceMeasurement = sinceStep = 0;
      waiting += 1;
      try {
        return await observe(measurement, bytes);
      } finally {
        waiting -= 1;
      }
    },
    beat(isActive) {
      if (waiting > 0) return;
      sinceMeasurement += beatSeconds;
      sinceStep = isActive ? 0 : sinceStep + beatSeconds;
      if (pace.isHung(sinceStep, !hasMeasured)) hang(sinceStep);
    },
    complete() {
      if (!hasMeasured) pace.note(sinceMeasurement, true);
    },
  };
}
