/** Draws strokes as a grey image: a random affine map, a pen of random width, edges smoothed by the distance to the pen's path. */
import type { Rng } from '../../study/rng.ts';
import type { Point, Stroke } from './glyph-strokes.ts';

/** How far hands differ, as shares of the glyph's box or of the image's side. */
const hand = {
  /** Standard deviation of each point. */
  jitter: 0.03,
  /** Radians, either way. */
  rotation: 0.25,
  shear: 0.25,
  height: [0.5, 0.75],
  /** Width as a share of the height. */
  width: [0.55, 0.85],
  /** Of the middle, either way. */
  shift: 0.075,
  pen: [0.06, 0.12],
  ink: [0.7, 1],
} as const;

/** Points of a curve between two of its given ones. */
const curveSteps = 6;

/** Brightness 0..1 of size x size pixels, row by row. */
export function drawGlyph(strokes: readonly Stroke[], size: number, rng: Rng): Float32Array {
  const map = randomMap(size, rng);
  const radius = (size * between(hand.pen, rng)) / 2;
  const ink = between(hand.ink, rng);
  const image = new Float32Array(size * size);
  for (const { form, points } of strokes) {
    const drawn = points.map(([x, y]) => map([x + hand.jitter * rng.normal(), y + hand.jitter * rng.normal()]));
    const path = form === 'curve' ? smooth(drawn) : drawn;
    for (let index = 1; index < path.length; index++) drawSegment(image, size, path[index - 1]!, path[index]!, radius);
  }
  return image.map(coverage => coverage * ink);
}

function between([low, high]: readonly [number, number], rng: Rng): number {
  return low + (high - low) * rng.uniform();
}

/** From the glyph's box to pixels: scaled, sheared, turned and moved about the middle of the image. */
function randomMap(size: number, rng: Rng): (point: Point) => Point {
  const either = (most: number): number => between([-most, most], rng);
  const height = size * between(hand.height, rng);
  const width = height * between(hand.width, rng);
  const shear = either(hand.shear);
  const angle = either(hand.rotation);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const middleX = size * (0.5 + either(hand.shift));
  const middleY = size * (0.5 + either(hand.shift));
  return ([x, y]) => {
    const down = (y - 0.5) * height;
    const right = (x - 0.5) * width - shear * down;
    return [middleX + cos * right - sin * down, middleY + sin * right + cos * down];
  };
}

/** Catmull & Rom 1974: a smooth path through all points. */
function smooth(points: readonly Point[]): Point[] {
  const at = (index: number): Point => points[Math.min(Math.max(index, 0), points.length - 1)]!;
  const path: Point[] = [at(0)];
  for (let index = 0; index < points.length - 1; index++) {
    const neighbours = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 1; step <= curveSteps; step++) {
      const t = step / curveSteps;
      const blend = (axis: 0 | 1): number => {
        const [a, b, c, d] = neighbours.map(point => point[axis]) as [number, number, number, number];
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      };
      path.push([blend(0), blend(1)]);
    }
  }
  return path;
}

/** Each pixel takes the darker of what it has and the pen's cover of it: 1 inside, falling to 0 over one pixel at the edge. */
function drawSegment(image: Float32Array, size: number, a: Point, b: Point, radius: number): void {
  const reach = radius + 0.5;
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const lengthSquared = dx * dx + dy * dy;
  const range = (axis: 0 | 1): readonly [number, number] => [
    Math.max(0, Math.floor(Math.min(a[axis], b[axis]) - reach)),
    Math.min(size - 1, Math.ceil(Math.max(a[axis], b[axis]) + reach)),
  ];
  const [[left, right], [top, bottom]] = [range(0), range(1)];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      // Pixel centres are at halves.
      const [x, y] = [column + 0.5 - a[0], row + 0.5 - a[1]];
      const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / lengthSquared));
      const cover = Math.min(1, reach - Math.hypot(x - along * dx, y - along * dy));
      const pixel = row * size + column;
      if (cover > image[pixel]!) image[pixel] = cover;
    }
  }
}
