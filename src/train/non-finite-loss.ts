/** Training ran into NaN or Infinity. */
export class NonFiniteLoss extends Error {
  override readonly name = 'NonFiniteLoss';
}

/** @throws NonFiniteLoss */
export function assertFinite(loss: number, epoch?: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new NonFiniteLoss(`the training loss was ${loss}${epoch === undefined ? '' : ` in epoch ${epoch}`}`);
}
