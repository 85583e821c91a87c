/**
 * Predicts with SavedModels in a process of its own, by tfjs-node's loader.
 *
 *     node predict.js <jobs.json: [{ folder, shape, values, dtype }]>     prints [{ name, shape, values }]
 */
import { readFileSync } from 'node:fs';
import { loadBackend } from '../../../dist/backend/load.js';

const tf = await loadBackend();
const results = [];
for (const { folder, shape, values, dtype } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const model = await tf.node.loadSavedModel(folder);
  const [[name, output]] = Object.entries(model.predict({ inputs: tf.tensor(values, shape, dtype) }));
  results.push({ name, shape: output.shape, values: [...output.dataSync()] });
  model.dispose();
}
console.log(JSON.stringify(results));
