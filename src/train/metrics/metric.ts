/** What a metric is: one number per example, averaged over a data set after each epoch. */
import type { Tensor } from '../../backend/tf.ts';
import type { DataDescription } from '../data/dataset.ts';

export interface Metric {
  /** As measured on the validation set it is called "val" + Name: valAccuracy, valMse. */
  readonly name: string;
  readonly task: DataDescription['task'];
  /** Whether it says something about such data of its task. Default: it does. */
  fits?(data: Pick<DataDescription, 'inputShape' | 'targetSize'>): boolean;
  /**
   * @param outputs [batch, classes] logits, or [batch, values] on the normalized scale
   * @param targets [batch] class numbers (int32), or [batch, values] on the normalized scale
   * @param targetScale [values]: one unit of the normalized scale in the units of the data
   * @returns [batch]
   */
  perExample(outputs: Tensor, targets: Tensor, targetScale: Tensor): Tensor;
}
