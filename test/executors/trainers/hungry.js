/** Takes `megabytes` of memory, 20 every 80 ms, for as long as it runs; as tensors where it is told so. */
import { setTimeout as sleep } from 'node:timers/promises';

export default async function train({ config: { megabytes, tensors }, report }) {
  const take = tensors ? await tensorTaker() : bytes => Buffer.alloc(bytes, 1);
  await report(0);
  const kept = [];
  for (let taken = 0; taken < megabytes; taken += 20) {
    kept.push(take(20 * 2 ** 20));
    await sleep(80);
  }
  await report(kept.length);
  return kept.length;
}

async function tensorTaker() {
  const { loadBackend } = await import('../../../dist/backend/load.js');
  const tf = await loadBackend();
  return bytes => tf.fill([bytes / 4], 1);
}
