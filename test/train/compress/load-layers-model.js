/**
 * Loads a LayersModel as any program does, and prints its weights by name.
 *
 *     node load-layers-model.js <folder>
 */
import { loadBackend } from '../../../dist/backend/load.js';

const tf = await loadBackend();
const model = await tf.loadLayersModel(`file://${process.argv[2]}/model.json`);
const weights = model.weights.map(weight => [weight.originalName, [...weight.read().dataSync()]]);
console.log(JSON.stringify(Object.fromEntries(weights)));
