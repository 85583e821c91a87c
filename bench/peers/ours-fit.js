/** `fit(model)` of tfjs-tune: the drop-in for tfjs `model.fit`. */
import { fit, loadBackend } from 'tfjs-tune/graph';
import { compiledModel } from '../common/layers-model.js';
import { epochGate, readTask } from '../common/peer.js';
import { versionsOf } from '../common/versions.js';

const { net, rows, inputs, labels } = readTask();
const tf = await loadBackend();
const x = tf.tensor(inputs, [rows, ...net.input]);
const y = tf.oneHot(tf.tensor1d(labels, 'int32'), net.classes).toFloat();
const gate = epochGate({ versions: versionsOf(tf) });
await fit(compiledModel(tf, net), x, y, { batchSize: net.batch, ...gate });
