/**
 * Loads saved models as any program does, and writes what they predict for the rows of a file: float32 numbers.
 *
 *     node fresh-predictions.js <folder> <rows file> <shape>
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBackend } from '../../dist/graph.js';

const [folder, rowsFile, shape] = process.argv.slice(2);
const values = new Float32Array((await readFile(rowsFile)).buffer);
const tf = await loadBackend();
const rows = tf.tensor(values, JSON.parse(shape));
const layers = await tf.loadLayersModel(`file://${join(folder, 'model.json')}`);
const saved = await tf.node.loadSavedModel(join(folder, 'saved_model'));
const predictions = { layersModel: layers.predict(rows), savedModel: saved.predict({ inputs: rows }).probabilities };
const found = Object.entries(predictions).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]);
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
