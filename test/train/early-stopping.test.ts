/**
 * When training stops. Epochs by Keras 3.15, for each list of losses:
 *   callback = keras.callbacks.EarlyStopping("v", patience=patience, min_delta=minDelta, mode="min")
 *   callback.on_epoch_end(epoch, {"v": loss}) until callback.model.stop_training
 */
import { expect, it } from 'vitest';
import { advance, earlyStoppingKnob, isOutOfPatience, noProgress } from '../../src/train/early-stopping.ts';

const bumpy = [1, 0.8, 0.6, 0.7, 0.65, 0.64, 0.63];
const slow = [1, 0.9, 0.85, 0.84, 0.83, 0.82, 0.81, 0.8];
const valley = [3, 2, 1, 2, 3, 4, 5];
const flat = [1, 1, 1, 1];

/** @returns epoch after which training stops, and the best one */
function stop(losses: readonly number[], knobs: object): { stopped: number | undefined; best: number } {
  const stopping = earlyStoppingKnob.parse(knobs);
  let progress = noProgress;
  for (const [index, loss] of losses.entries()) {
    progress = advance(progress, index + 1, loss, stopping);
    if (isOutOfPatience(progress, stopping)) return { stopped: index + 1, best: progress.bestEpoch };
  }
  return { stopped: undefined, best: progress.bestEpoch };
}

it.each([
  [bumpy, 1, 0, 4],
  [bumpy, 2, 0, 5],
  [bumpy, 3, 0, 6],
  [bumpy, 2, 0.02, 5],
  [slow, 1, 0, undefined],
  [slow, 3, 0, undefined],
  [slow, 2, 0.02, 5],
  [slow, 2, 0.05, 6],
  [valley, 1, 0, 4],
  [valley, 3, 0, 6],
  [flat, 1, 0, 2],
  [flat, 3, 0, 4],
])(
  '%j with patience %d and a least change of %d ends after epoch %s, as in Keras',
  (losses, patience, minDelta, epoch) => {
    expect(stop(losses, { patience, minDelta }).stopped).toBe(epoch);
  },
);

it('the best epoch is that of the lowest loss, whatever patience goes by', () => {
  expect(stop(valley, { patience: 2, smoothing: 0.9 }).best).toBe(3);
  expect(stop(slow, { patience: 2, minDelta: 0.05 }).best).toBe(6);
});

it('smoothed losses do not jump: patience lasts through noise that would end it', () => {
  const noisy = Array.from({ length: 40 }, (_, epoch) => 2 * 0.93 ** epoch + (epoch % 4 === 3 ? -0.4 : 0.15));
  expect(stop(noisy, { patience: 3 }).stopped).toBeLessThan(12);
  expect(stop(noisy, { patience: 3, smoothing: 0.8 }).stopped ?? 40).toBeGreaterThan(20);
});

it('without early stopping every epoch counts, and the best one is known', () => {
  expect(stop(valley, false as never)).toEqual({ stopped: undefined, best: 3 });
});
