/** Images of the digits 0 to 9, drawn by a procedure: strokes in several styles, under a random hand, pen and noise. */
import { z } from 'zod';
import { createRng } from '../../../study/rng.ts';
import { drawGlyph } from '../draw-glyph.ts';
import { digits } from '../glyph-strokes.ts';
import { loader } from '../loader.ts';

export const glyphs = loader({
  name: 'glyphs',
  summary: 'images of handwriting-like digits, made by a procedure',
  knobs: z.strictObject({
    examples: z.int().min(20).max(1_000_000).default(1500).describe('number of images, equally many of each digit'),
    size: z.int().min(12).max(64).default(28).describe('height and width in pixels'),
    noise: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('standard deviation of the noise, for brightness from 0 to 1'),
  }),
  async load({ examples, size, noise }, { seed }) {
    const inputs = new Uint8Array(examples * size * size);
    for (let index = 0; index < examples; index++) {
      // A stream for each image: the first images are the same however many there are.
      const rng = createRng(seed, 'glyphs', index);
      const styles = digits[index % digits.length]!;
      const image = drawGlyph(styles[rng.int(styles.length)]!, size, rng);
      const bytes = image.map(brightness => Math.min(1, Math.max(0, brightness + noise * rng.normal())) * 255);
      inputs.set(bytes.map(Math.round), index * size * size);
    }
    return {
      task: 'classification',
      size: examples,
      inputShape: [size, size, 1],
      inputs,
      targetSize: 1,
      targets: Int32Array.from({ length: examples }, (_, index) => index % digits.length),
      classes: digits.map((_, digit) => String(digit)),
    };
  },
});
