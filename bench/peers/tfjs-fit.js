/** tfjs `model.fit` on the native backend. */
import { loadBackend } from '../../dist/backend/load.js';
import { compiledModel } from '../common/layers-model.js';
import { epochGate, readTask } from '../common/peer.js';
import { versionsOf } from '../common/versions.js';

const { net, rows, inputs, labels } = readTask();
const tf = await loadBackend();
const x = tf.tensor(inputs, [rows, ...net.input]);
const y = tf.oneHot(tf.tensor1d(labels, 'int32'), net.classes).toFloat();
const gate = epochGate({ versions: versionsOf(tf) });
await compiledModel(tf, net).fit(x, y, { batchSize: net.batch, ...gate });
