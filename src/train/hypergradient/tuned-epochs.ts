/**
 * Epochs whose hyperparameters follow the gradient of the tuning rows' loss: every few steps they move once. What moves
 * them is compiled like the steps themselves; here are the turns they take, and the way back where training diverges.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Rng } from '../../study/rng.ts';
import { anyNumber } from '../backup.ts';
import { createMeans, withoutDropped, type Epochs, type EpochsContext } from '../epochs.ts';
import { createHyper } from '../hyper.ts';
import { assertFinite, NonFiniteLoss } from '../non-finite-loss.ts';
import type { RawBatch } from '../raw-rows.ts';
import type { Hyper } from '../step.ts';
import { coolStart } from './cool-start.ts';
import { heldBatches } from './cost.ts';
import { forwardEstimator, neumannEstimator } from './estimators.ts';
import { createHealth, firstHealth, savedHealth, type Health } from './health.ts';
import { createPlaces, savedPlaces } from './places.ts';
import { savedTrail, type Trail } from './trail.ts';
import { rate, tunedAt, type TunedHyper } from './values.ts';

/** Tuning rows that are looked at, at the end of a training with fixed values. */
const mostHeld = 1024;
/** Stretches of steps that are tried with each of some learning rates before the first one. */
const tried = 4;
/** Attempts to get past one place. */
const mostRetreats = 5;

/** All that they go on from between two epochs, beside tensors. */
export const savedTuned = z.object({
  trail: savedTrail,
  health: savedHealth.optional(),
  places: savedPlaces,
  /** Batches of tuning rows that were drawn. */
  drawn: z.int(),
  warm: z.number(),
  attempts: z.int(),
  lastLoss: anyNumber,
});
export type SavedTuned = z.infer<typeof savedTuned>;

/**
 * @param steps of the whole training at most
 * @param from where they go on; the trail does so too. Default: a phase begins
 */
export function tunedEpochs(
  context: EpochsContext,
  trail: Trail,
  steps: number,
  from?: { readonly saved: SavedTuned; readonly tensors: ReadonlyMap<string, Tensor> },
): Epochs {
  const { program, batches, batchSize, vectors, keeper, seed, rng, mustEnd } = context;
  const { parameters, knobs } = trail.tuning;
  const { every } = knobs;
  const isOnline = trail.tuning.mode === 'online';
  const base = createHyper(program, seed, vectors);
  const estimate = trail.estimator === 'neumann' ? neumannEstimator : forwardEstimator;
  const goesOn: EpochsContext['goesOn'] = ({ metrics }) => Number.isFinite(metrics['loss']) && !mustEnd();
  const estimator = estimate(context, trail, goesOn, from?.tensors);
  const nextHeld = inTurns(
    batches.tuning,
    Math.min(batches.tuning.length, heldBatches * batchSize),
    rng.fork('tuning'),
  );
  let drawn = 0;
  const held = (): Int32Array => {
    drawn += 1;
    return nextHeld();
  };
  while (drawn < (from?.saved.drawn ?? 0)) held();
  let health: Health | undefined = from?.saved.health && createHealth(from.saved.health);
  // The first steps tell of the initializer.
  const warm = from?.saved.warm ?? trail.step + Math.min(every, steps / 20);
  let given = givenNow(base, trail, 1);
  let data: RawBatch | undefined;
  let since = trail.step % every;
  let { attempts, lastLoss } = from?.saved ?? { attempts: 0, lastLoss: NaN };
  const places = createPlaces(program, keeper, trail, from && { saved: from.saved.places, tensors: from.tensors });

  /** Takes training up again where it went well. */
  const goBack = (loss: number, isLost: boolean): void => {
    attempts += 1;
    if (attempts > mostRetreats)
      throw new NonFiniteLoss(`the training loss was ${loss}, and ran away ${attempts} times in a row`);
    const place = places.back(isLost || attempts > 1);
    trail.retreat(place, attempts);
    places.startHere();
    estimator.reset();
    since = trail.step % every;
  };
  const renew = (factor: number): TunedHyper => {
    tf.dispose(given.own as never);
    given = givenNow(base, trail, factor);
    return given;
  };

  /** Looks at the first weights, and whether they need a smaller learning rate. */
  const begin = async (data: RawBatch, order: Int32Array, factor: number): Promise<Health> => {
    const isTuned = trail.step === 0 && parameters.some(({ hyper }) => hyper.includes(rate));
    const { share, loss } = await coolStart(context, renew(factor).hyper, data, order, isTuned);
    if (share < 1) trail.cool(share);
    lastLoss = loss;
    return createHealth(firstHealth(loss));
  };

  return {
    get hyper() {
      return given.hyper;
    },
    async epoch(portions, factor) {
      const means = createMeans();
      for await (const portion of portions) {
        ({ data } = portion);
        const order = withoutDropped(context, portion.order);
        if (isOnline) health ??= await begin(data, order.subarray(0, tried * every * batchSize), factor);
        for (let at = 0; at < order.length;) {
          if (mustEnd()) return undefined;
          const rows = order.subarray(at, at + (every - since) * batchSize);
          const taken = Math.ceil(rows.length / batchSize);
          const isWhole = since + taken === every;
          const moves = isOnline && isWhole && trail.step + taken > warm;
          const stretch = await estimator.train(data, renew(factor), rows, moves ? held() : undefined);
          if (!stretch.isComplete && mustEnd()) return undefined;
          at += rows.length;
          // What follows an epoch is a validation of its weights.
          const isBroken = at === order.length && !isFinite(keeper.state.weights);
          const loss = isBroken ? NaN : stretch.metrics['loss']!;
          const found = health?.of(loss) ?? 'good';
          if (found !== 'good') {
            goBack(loss, found === 'lost');
            continue;
          }
          assertFinite(loss);
          attempts = 0;
          trail.advance(taken);
          means.add(stretch);
          lastLoss = loss;
          since = isWhole ? 0 : since + taken;
          if (!isWhole) continue;
          if (stretch.gradient?.every(Number.isFinite)) trail.follow(stretch.gradient);
          else if (stretch.gradient) estimator.reset();
          places.goOn(loss);
        }
      }
      renew(factor);
      // Of an epoch that was undone as a whole, nothing counts.
      return means.rows > 0 ? means.loss : lastLoss;
    },
    async remember() {
      if (isOnline) return trail.remember();
      trail.remember(await estimator.gradient!(data!, given, batches.tuning.subarray(0, mostHeld)));
    },
    saved() {
      const own = { places: places.saved(), drawn, warm, attempts, lastLoss };
      const facts: SavedTuned = { trail: trail.saved(), ...own, ...(health && { health: health.saved() }) };
      return { facts, tensors: { ...places.tensors(), ...estimator.tensors() } };
    },
    dispose() {
      estimator.dispose();
      places.dispose();
      tf.dispose([base, given.own] as never);
    },
  };
}

/** Hyperparameters as the trail has them, and the tensors that were made for it. */
function givenNow(base: Hyper, { tuning, phi }: Trail, factor: number): TunedHyper & { readonly own: object } {
  const own = tunedAt(tuning.parameters, phi, factor);
  return { hyper: { ...base, ...own.values }, slopes: own.slopes, own };
}

function isFinite(weights: Tensor): boolean {
  return tf.tidy(() => Number.isFinite(tf.sum(weights).dataSync()[0]));
}

/** Rows of a part, so many at a time, in random order, round after round. */
function inTurns(rows: Int32Array, size: number, rng: Rng): () => Int32Array {
  let order = rng.shuffle(rows);
  let at = 0;
  return () => {
    if (at + size > order.length) {
      order = rng.shuffle(rows);
      at = 0;
    }
    at += size;
    return order.subarray(at - size, at);
  };
}
