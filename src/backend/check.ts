/**
 * Entry of a process that tries an addon: loads it and lets TensorFlow add 2 and 2. A bad addon may crash, so this never
 * happens in the user's process. Arguments: tfjs-node's folder and the addon. Prints TensorFlow's version as JSON.
 */
import { dirname } from 'node:path';
import { openTfjsNode } from './open.ts';

const [tfjsNode, addon] = process.argv.slice(2);
const tf = openTfjsNode({ tfjsNode: tfjsNode!, addon: addon! }, dirname(addon!));
const [four] = tf.add(2, 2).dataSync();
if (four !== 4) throw new Error(`TensorFlow says that 2 + 2 is ${four}`);
const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
console.log(JSON.stringify({ tensorflow: binding.TF_Version }));
