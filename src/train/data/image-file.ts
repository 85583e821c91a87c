/** Image files as bytes of pixels, by TensorFlow's own decoders. */
import { readFile } from 'node:fs/promises';
import type { Tensor3D } from '@tensorflow/tfjs';
import { decodeImage } from '../../backend/decode-image.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import { messageOf } from '../../errors.ts';
import { readImageHeader, type ImageHeader } from './image-header.ts';
import { firstBytes, invalid } from './number-file.ts';
import { unreadable, type DataFile } from './read-file.ts';

export interface ImageFile extends ImageHeader, DataFile {}

/** @throws TuneError FILE_UNREADABLE, or DATA_INVALID for other formats */
export async function readImage(path: string): Promise<ImageFile> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const header = readImageHeader(bytes);
  if (header) return { path, bytes, ...header };
  throw invalid(path, {
    message: `this is no image: it ${firstBytes(bytes, 8)}`,
    expected: 'a PNG, JPEG, BMP or GIF file',
    hint: 'remove it, or convert it',
  });
}

/**
 * Brightness from 0 to 255, row by row, resized where the image has another size. Needs the backend.
 * @throws TuneError DATA_INVALID
 */
export function pixelsOf(
  { path, bytes, format }: ImageFile,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): Uint8ClampedArray {
  const values = tf.tidy(() => {
    let decoded: Tensor;
    try {
      decoded = decodeImage(bytes, format === 'PNG' || format === 'JPEG' ? channels : 0);
    } catch (error) {
      throw invalid(path, {
        // TensorFlow's words, without its codes.
        message: `the image is damaged or cut short: ${messageOf(error).split('Message: ').at(-1)}`,
        expected: `a whole ${format} file`,
        hint: 'remove it, or put a good copy in its place',
      });
    }
    if (decoded.shape[2] !== channels)
      throw invalid(path, {
        message: `this ${format} file has ${decoded.shape[2]} channels`,
        expected: `${channels}; only PNG and JPEG files are converted`,
        hint: 'save it as PNG',
      });
    const resized = tf.image.resizeBilinear(decoded as Tensor3D, [height, width], false, true);
    return resized.dataSync() as Float32Array;
  });
  return Uint8ClampedArray.from(values);
}
