/**
 * Trains an epoch on data much larger than the memory it may take. Prints by how many megabytes the process grew at most
 * once TensorFlow was there. Arguments: the data section as JSON. Needs the build.
 */
import { loadBackend } from '../../dist/backend/load.js';
import { dataSection, streamDataset } from '../../dist/train/data/section.js';
import { fitSection } from '../../dist/train/fit-section.js';
import { createGraphs } from '../../dist/train/graphs.js';
import { phasesOf } from '../../dist/train/phases.js';
import { modelSection, trainSection } from '../../dist/train/sections.js';
import { prepareStreamedBatches } from '../../dist/train/streamed-batches.js';

const section = dataSection.parse(JSON.parse(process.argv[2]));
await loadBackend();

/** In megabytes. */
const largest = () => process.resourceUsage().maxRSS / 1024;
const before = largest();
const dataset = await streamDataset(section, '.', 1);
const batches = await prepareStreamedBatches(dataset, section, 1);
const train = trainSection.parse({ optimizer: { adam: 0.001 }, epochs: 1, batchSize: 100 });
const phases = phasesOf(dataset, modelSection.parse({ layers: [{ dense: { units: 8, activation: 'relu' } }] }), train);
const metric = { name: 'valLoss', goal: 'minimize' };
const { best } = await fitSection(phases, { dataset, batches, train, metric, seed: 1, graphs: createGraphs() });
console.log(JSON.stringify({ growth: largest() - before, size: dataset.size, ...best.metrics }));
