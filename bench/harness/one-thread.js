/** One thread for each peer, whatever it is made of. Native code reads these once, when it loads. */
export const oneThread = {
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  OMP_NUM_THREADS: '1',
  // The size of XLA's thread pool. `--xla_cpu_multi_thread_eigen=false` would choose slower convolutions on top of it.
  NPROC: '1',
  JAX_PLATFORMS: 'cpu',
  CUDA_VISIBLE_DEVICES: '',
  TF_CPP_MIN_LOG_LEVEL: '2',
};
