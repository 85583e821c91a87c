/** What a peer on the native backend runs on. */
export function versionsOf(tf) {
  return { tfjs: tf.version['tfjs-core'], libtensorflow: tf.backend().binding.TF_Version };
}
