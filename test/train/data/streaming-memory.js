/**
 * Streams a file that is much larger than the memory it may take: converted, its statistics, an epoch. Prints by how many
 * megabytes the process grew at most. Arguments: format, file, folder for the cache. Needs the build.
 */
import { createRng } from '../../../dist/study/rng.js';
import { partsOf } from '../../../dist/train/data/parts.js';
import { dataSection, streamDataset } from '../../../dist/train/data/section.js';
import { fitStreamedInputs } from '../../../dist/train/data/streaming/moments.js';
import { readBlocks, shuffledByChunk } from '../../../dist/train/data/streaming/read-blocks.js';

const [, , source] = process.argv;
const section = dataSection.parse({ ...JSON.parse(source), streaming: { chunk: '8MB' } });

/** In megabytes. */
const largest = () => process.resourceUsage().maxRSS / 1024;
const before = largest();
const data = await streamDataset(section, '.', 1);
const { train } = partsOf(data, section, 1);
const { offset } = await fitStreamedInputs(data, train, 'standard');
let rows = 0;
let sum = 0;
for await (const block of readBlocks(data, shuffledByChunk(train, data, createRng(1)), 64)) {
  rows += block.size;
  for (let at = 0; at < block.inputs.length; at += offset.length) sum += block.inputs[at];
}
console.log(JSON.stringify({ growth: largest() - before, size: data.size, rows, mean: sum / rows, offset: offset[0] }));
