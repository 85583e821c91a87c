/** Random rows for a net, in a file that every peer reads: inputs as float32, then labels as int32. */
import { writeFile } from 'node:fs/promises';
import { createRng } from '../../dist/study/rng.js';

const seed = 1;

export async function writeData(path, name, { input, classes, batch, batches }) {
  const rng = createRng(seed, 'bench', name);
  const rows = batch * batches;
  const width = input.reduce((product, side) => product * side, 1);
  const inputs = Float32Array.from({ length: rows * width }, () => rng.normal());
  const labels = Int32Array.from({ length: rows }, () => rng.int(classes));
  await writeFile(path, Buffer.concat([Buffer.from(inputs.buffer), Buffer.from(labels.buffer)]));
}
