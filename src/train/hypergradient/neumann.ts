/**
 * Implicit hypergradients from the step at hand: were training at rest under s' = Phi(s, phi), its end would move with phi
 * by (I - dPhi/dw)^-1 dPhi/dphi, and
 *   dV/dphi = sum over j < terms of (dPhi/dw^T)^j dV/dw . dPhi/dphi
 * dPhi/dw = D_w + D_g H with the exact diagonals D of the optimizer's update (its memory held still) and H the Hessian of
 * the minibatch's loss, whose product with a vector is a difference of two gradients. The series ends where a term does
 * not shrink. One chain of products serves every parameter.
 * Lorraine et al. 2020, https://arxiv.org/abs/1911.02590; Clarke et al. 2022, https://arxiv.org/abs/2110.10461.
 */
import { unpack } from '../../backend/graph/packed.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Program } from '../program.ts';
import { lossGradient, stepWith, type Batch, type Hyper, type State } from '../step.ts';
import { difference, lengthOf, stepAlong } from './difference.ts';
import { partialsOf } from './partials.ts';
import type { TunedParameter } from './tuning.ts';
import { validationGradient } from './validation-gradient.ts';
import { alongSlopes, isOfUpdate, moved, type TunedHyper } from './values.ts';

/** A training step on one batch that tells dV/dphi [parameters] from the rows of another. */
export function neumannStep(program: Program, parameters: readonly TunedParameter[], terms: number) {
  const gradientOf = lossGradient(program);
  const names = parameters.flatMap(({ hyper }) => hyper);
  return (batch: Batch, held: Batch, state: State, tuned: TunedHyper) => {
    const { hyper, slopes } = tuned;
    const base = gradientOf(batch, state, hyper);
    const stepped = stepWith(program, base, state, hyper);
    const by = validationGradient(program, parameters, held, stepped.state, tuned);
    const [partials] = partialsOf(program, base, state, hyper, names);
    const flat = tf.zerosLike(state.weights);
    // Where an update has no derivative, as a root at 0, it counts as flat.
    const finite = (partial: Tensor = flat): Tensor => tf.where(tf.isFinite(partial), partial, flat);
    const [ofGradient, ofWeights] = [finite(partials!.gradient), finite(partials!.weights)];
    const gradientAt = (weights: Tensor, values: Hyper): Tensor => {
      const there = gradientOf(batch, { ...state, weights }, values);
      tf.dispose([there.statistics, there.loss]);
      return there.gradient;
    };
    /** H v */
    const curvatureAlong = (v: Tensor): Tensor => {
      const e = stepAlong(state.weights, lengthOf(v));
      return tf.div(tf.sub(gradientAt(tf.add(state.weights, tf.mul(v, e)), hyper), base.gradient), e);
    };
    const differenceBy = (index: number): Tensor => {
      const there = gradientAt(state.weights, moved(tuned, parameters[index]!, difference));
      return tf.div(tf.sub(there, base.gradient), difference);
    };
    let term = by.weights;
    let sum = by.weights;
    for (let j = 1; j < terms; j++) {
      const next = tf.add(tf.mul(ofWeights, term), curvatureAlong(tf.mul(ofGradient, term)));
      const shrinks = tf.lessEqual(lengthOf(tf.sub(term, next)), tf.mul(2, lengthOf(term)));
      term = tf.where(shrinks, next, flat);
      sum = tf.add(sum, term);
    }
    const direct = parameters.map((parameter, index) => {
      const ofUpdate = alongSlopes(parameter, slopes, name => {
        const partial = partials!.hyper[name];
        return partial && finite(partial);
      });
      const changes = needsDifference(program, parameter)
        ? [differenceBy(index)]
        : penaltyChange(program, parameter, slopes, state.weights);
      const parts = [...(ofUpdate ? [ofUpdate] : []), ...changes.map(change => tf.mul(ofGradient, change))];
      return parts.length > 0 ? tf.sum(tf.mul(sum, tf.addN(parts))) : tf.scalar(0);
    });
    return { ...stepped, hypergradient: tf.add(tf.stack(direct), by.direct) };
  };
}

/** Whether the change of the gradient with a parameter is a difference of two: penalties are exact without. */
export function needsDifference(
  { penalties, clipping }: Pick<Program, 'penalties' | 'clipping'>,
  { hyper }: TunedParameter,
): boolean {
  const ofLoss = hyper.filter(name => !isOfUpdate(name));
  const isPenalty = ofLoss.every(name => penalties.some(({ coefficient }) => coefficient === name));
  return ofLoss.length > 0 && (clipping !== undefined || !isPenalty);
}

/** dg/dphi of a parameter that is a coefficient of penalties: the loss has them as a sum. */
function penaltyChange(
  { penalties, plan }: Program,
  { hyper }: TunedParameter,
  slopes: Hyper,
  weights: Tensor,
): Tensor[] {
  const own = penalties.filter(({ coefficient }) => hyper.includes(coefficient));
  if (own.length === 0) return [];
  const total = (packed: Tensor): Tensor => {
    const parts = unpack(packed, plan.weights);
    return tf.addN(
      own.map(({ penalty, coefficient, weights: indices }) =>
        tf.mul(slopes[coefficient]!, tf.addN(indices.map(index => penalty(parts[index]!)))),
      ),
    );
  };
  return [tf.grad(total as never)(weights)];
}
