/**
 * Epochs whose hyperparameters follow the gradient of the tuning rows' loss: every few steps they move once. What moves
 * them is compiled like the steps themselves; here are the turns they take, and the way back where training diverges.
 */
import { tensorsIn, withTensors, type Tree } from '../../backend/graph/tree.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Rng } from '../../study/rng.ts';
import { createMeans, withoutDropped, type Epochs, type EpochsContext } from '../epochs.ts';
import { createHyper } from '../hyper.ts';
import { NonFiniteLoss } from '../non-finite-loss.ts';
import type { RawBatch } from '../raw-rows.ts';
import { initialMemory, type Hyper, type State } from '../step.ts';
import { fromCoordinate } from './coordinate.ts';
import type { Trail } from './trail.ts';
import { forwardEstimator, neumannEstimator, type Given, type Stretch } from './estimators.ts';

/** Of training rows there is one batch, of tuning rows there are as many as two. */
const heldBatches = 2;
/** At the end of a training with fixed values, more of them. */
const mostHeld = 1024;
/** A loss that is so many times its average has run away. */
const runaway = 3;
/** Attempts to get past one place. */
const mostRetreats = 5;

/** @param steps of the whole training at most */
export function tunedEpochs(context: EpochsContext, trail: Trail, steps: number): Epochs {
  const { program, batches, batchSize, vectors, keeper, seed, rng, mustEnd } = context;
  const { every } = trail.tuning.knobs;
  const isOnline = trail.tuning.mode === 'online';
  const base = createHyper(program, seed, vectors);
  const estimate = trail.estimator === 'neumann' ? neumannEstimator : forwardEstimator;
  const estimator = estimate(context, trail, ({ metrics }) => Number.isFinite(metrics['loss']) && !mustEnd());
  const held = inTurns(batches.tuning, Math.min(batches.tuning.length, heldBatches * batchSize), rng.fork('tuning'));
  const isGood = createHealth();
  // The first steps tell of the initializer.
  const warm = trail.step + Math.min(every, steps / 20);
  let given = givenNow(base, trail, 1);
  let data: RawBatch | undefined;
  let since = trail.step % every;
  let attempts = 0;
  const here = (): Place => ({ state: copyOf(keeper.state), step: trail.step, phi: trail.phi });
  // A place is safe once the stretch after it has gone well too.
  let [safe, latest] = [here(), here()];

  const goOn = (): void => {
    tf.dispose(safe.state as never);
    [safe, latest] = [latest, here()];
  };
  const retreat = (loss: number): void => {
    attempts += 1;
    if (!isOnline || attempts > mostRetreats)
      throw new NonFiniteLoss(`the training loss was ${loss}${attempts > 1 ? `, ${attempts} times in a row` : ''}`);
    const { weights, statistics, step } = safe.state;
    keeper.replace({ ...copyOf({ weights, statistics, step }), ...initialMemory(program, weights) });
    trail.retreat(safe, attempts);
    estimator.reset();
    tf.dispose(latest.state as never);
    latest = here();
    since = safe.step % every;
  };
  const renew = (factor: number): Given => {
    tf.dispose(given.own as never);
    given = givenNow(base, trail, factor);
    return given;
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
        for (let at = 0; at < order.length;) {
          const rows = order.subarray(at, at + (every - since) * batchSize);
          const taken = Math.ceil(rows.length / batchSize);
          const isWhole = since + taken === every;
          const moves = isOnline && isWhole && trail.step + taken > warm;
          const stretch = await estimator.train(data, renew(factor), rows, moves ? held() : undefined);
          if (!stretch.isComplete && mustEnd()) return undefined;
          at += rows.length;
          if (!isGood(stretch, keeper.state)) {
            retreat(stretch.metrics['loss']!);
            continue;
          }
          attempts = 0;
          trail.advance(taken);
          means.add(stretch);
          since = isWhole ? 0 : since + taken;
          if (!isWhole) continue;
          if (stretch.gradient?.every(Number.isFinite)) trail.follow(stretch.gradient);
          else if (stretch.gradient) estimator.reset();
          goOn();
        }
      }
      renew(factor);
      return means.loss;
    },
    async remember() {
      if (isOnline) return trail.remember();
      trail.remember(await estimator.gradient!(data!, given, batches.tuning.subarray(0, mostHeld)));
    },
    dispose() {
      estimator.dispose();
      tf.dispose([safe.state, latest.state, base, given.own] as never);
    },
  };
}

/** Where training can be taken up again. */
interface Place {
  readonly state: State;
  readonly step: number;
  readonly phi: Trail['phi'];
}

/** Hyperparameters as the trail has them, and the tensors that were made for it. */
function givenNow(base: Hyper, { tuning: { parameters }, phi }: Trail, factor: number): Given & { own: Tensor[] } {
  const values = Object.fromEntries(
    parameters.flatMap(({ hyper, coordinate }, index) =>
      hyper.map(name => {
        const share = name === 'optimizer.learningRate' ? factor : 1;
        return [name, tf.scalar(fromCoordinate(coordinate, phi[index]!) * share)] as const;
      }),
    ),
  );
  const own = { phi: tf.tensor1d([...phi]), factor: tf.scalar(factor) };
  const hyper = { ...base, ...values };
  return { hyper, tuned: { hyper, ...own }, own: [...Object.values(values), ...Object.values(own)] };
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

/** Whether a stretch of steps went well: its loss is a number near those before, and so are the weights. */
function createHealth(): (stretch: Stretch, state: State) => boolean {
  let first: number | undefined;
  let average = 0;
  return ({ metrics }, { weights }) => {
    const loss = metrics['loss']!;
    const total = tf.tidy(() => tf.sum(weights).dataSync()[0]!);
    if (!Number.isFinite(loss) || !Number.isFinite(total)) return false;
    if (first !== undefined && loss > first && loss > runaway * average) return false;
    average = first === undefined ? loss : 0.9 * average + 0.1 * loss;
    first ??= loss;
    return true;
  };
}

function copyOf<T extends Tree>(state: T): T {
  return withTensors(
    state,
    tensorsIn(state).map(tensor => tf.clone(tensor)),
  );
}
