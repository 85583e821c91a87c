/**
 * Thread settings of TensorFlow. Native code reads them from the environment of the process, once, before the addon
 * loads; a worker's own `env` does not reach it. So they belong to the start of a trainer host.
 */

/**
 * Variables for the environment of a process in which `slots` threads train at once.
 *
 * One intra-op thread per training: sums are then added in the same order whatever runs beside it, so a trial's result
 * repeats bit by bit. One inter-op thread per slot: with fewer, sessions of the threads queue behind one another.
 * @param slots trainer threads in the process, 1 or more
 */
export function threadEnvironment(slots: number): Record<string, string> {
  return {
    TF_NUM_INTRAOP_THREADS: '1',
    TF_NUM_INTEROP_THREADS: String(slots),
    // 2 leaves errors only: TensorFlow's notes about CPU instructions would run through the tuner's output.
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}

/**
 * Where TensorFlow leaves its kernels to oneDNN. That makes convolutions a quarter faster, but keeps compiled code for
 * every shape a thread has seen: networks of dense layers only gain nothing and would grow by 4 MB a trial.
 */
export function oneDnnEnvironment(convolves: boolean): Record<string, string> {
  return convolves ? {} : { TF_ENABLE_ONEDNN_OPTS: '0' };
}

/** Settles this process for training in its main thread. Variables that are set already stay. */
export function settleMainThread(): void {
  for (const [name, value] of Object.entries(threadEnvironment(1))) process.env[name] ??= value;
}
