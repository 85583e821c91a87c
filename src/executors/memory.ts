/** How much memory there is, in megabytes, and how much of it a trainer host may take. */
import { totalmem } from 'node:os';

/** Of this machine, or of the container that this process is in. */
export function machineMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20;
}

/** Leaves room for the coordinator and the system; TensorFlow and its data need something everywhere. */
export function defaultMemoryLimit(): number {
  return Math.max(1024, 0.8 * machineMemory());
}

/** Native caches grow with every new shape of tensor; most levels are reached long before this. */
export function defaultMaxGrowth(): number {
  return Math.min(2048, machineMemory() / 4);
}
