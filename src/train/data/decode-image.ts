/** A PNG or JPEG image as bytes of pixels, by TensorFlow's own decoders. */
import type { Tensor3D } from '@tensorflow/tfjs';
import { tf } from '../../backend/tf.ts';
import { messageOf } from '../../errors.ts';
import { invalid } from './number-file.ts';
import type { DataFile } from './read-file.ts';

type Decode = (bytes: Uint8Array, channels: number, dtype: 'int32', animated: boolean) => Tensor3D;

export function isImage({ bytes }: Pick<DataFile, 'bytes'>): boolean {
  const start = bytes.toString('hex', 0, 4);
  return start === '89504e47' || start.startsWith('ffd8ff');
}

/**
 * Brightness from 0 to 255, row by row, resized where the image has another size. Needs the backend.
 * @param channels 1 makes color images gray
 * @throws TuneError DATA_INVALID for a damaged image
 */
export function decodeImage(
  { path, bytes }: DataFile,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): Uint8Array {
  const { node } = tf as unknown as { readonly node: { readonly decodeImage: Decode } };
  return tf.tidy(() => {
    let decoded: Tensor3D;
    try {
      decoded = node.decodeImage(bytes, channels, 'int32', false);
    } catch (error) {
      const message = `the image is damaged or cut short: ${messageOf(error)}`;
      throw invalid(path, { message, expected: 'a whole PNG or JPEG file' });
    }
    const resized = tf.image.resizeBilinear(decoded, [height, width], false, true);
    return Uint8Array.from(resized.dataSync(), Math.round);
  });
}
