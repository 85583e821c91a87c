/** The peers of the training bench, ours first, and how each is started. */
import { fileURLToPath } from 'node:url';
import { oneThread } from './one-thread.js';

export const ours = ['fit', 'compileStep'];

/** In the order of the table. */
export const peers = {
  fit: { title: 'tfjs-tune `fit(model)`', file: 'ours-fit.js' },
  compileStep: { title: 'tfjs-tune `compileStep`', file: 'ours-step.js' },
  tfjsFit: { title: 'tfjs `model.fit`', file: 'tfjs-fit.js' },
  tfjsEager: { title: 'tfjs eager loop', file: 'tfjs-eager.js' },
  kerasFit: { title: 'Keras `fit`', file: 'keras_fit.py' },
  tfWhile: { title: 'TF `while` loop (the limit)', file: 'tf_while.py' },
  jax: { title: 'JAX `jit`', file: 'jax_jit.py' },
};

/**
 * @param {string} id of the peer
 * @param {string[]} task its arguments
 * @param {() => Promise<{ command: string, env: Record<string, string> }>} findPython
 */
export async function commandOf(id, task, findPython) {
  const { file } = peers[id];
  const { command, env } = file.endsWith('.py') ? await findPython() : { command: process.execPath, env: {} };
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
  return { command, args: [path, ...task], env: { ...oneThread, ...env } };
}
