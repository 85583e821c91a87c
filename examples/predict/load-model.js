// Loads a model that `tune` saved, and predicts: normalization is its first layer, so inputs go in as they are.
//   npx tune search-spaces/quickstart.json && node examples/predict/load-model.js reports/quickstart/<date>/model
import { loadBackend } from 'tfjs-tune/graph';

const tf = await loadBackend();
const model = await tf.loadLayersModel(`file://${process.argv[2]}/model.json`);
model.predict(tf.ones([2, ...model.inputs[0].shape.slice(1)])).print();
