/** Loads the native backend into this thread: the one way from here to TensorFlow. */
import { messageOf, TuneError } from '../errors.ts';
import { findBackend } from './find.ts';
import { openTfjsNode } from './open.ts';
import { thisKit } from './kit.ts';
import { ensureBackend } from './provision.ts';
import { provideTf, type TF } from './tf.ts';

let loading: Promise<TF> | undefined;

/**
 * TensorFlow.js on the native backend, loaded once per thread (about half a second). The first load on a machine
 * provisions the backend, which takes a minute and says so on stderr.
 * @param options.provision false fails at once where the backend is missing. Default true.
 * @throws TuneError BACKEND_UNAVAILABLE with everything that is missing and the ways out
 */
export function loadBackend({ provision = true }: { provision?: boolean } = {}): Promise<TF> {
  loading ??= load(provision).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(provision: boolean): Promise<TF> {
  const kit = thisKit();
  const backend = provision ? await ensureBackend(kit) : await findBackend(kit.site);
  if (!backend)
    throw new TuneError('BACKEND_UNAVAILABLE', 'the native TensorFlow backend is not set up on this machine');
  try {
    const tf = openTfjsNode(backend, kit.site.cache);
    await tf.ready();
    provideTf(tf);
    return tf;
  } catch (error) {
    const message = `the addon ${backend.addon} does not load: ${messageOf(error)}`;
    throw new TuneError('BACKEND_UNAVAILABLE', message, { cause: error });
  }
}
