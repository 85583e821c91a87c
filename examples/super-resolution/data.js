// Digits at half their size, enlarged again: the inputs; the digits as they were: the targets. Both are 28x28, from 0 to 1.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = process.env.MNIST_FOLDER ?? join(import.meta.dirname, '../../../shared/data/mnist10k');
const side = 28;
const half = side / 2;

/** What `"data": { "module": "data.js" }` calls: 2,000 digits to train on and to validate, then 2,000 test digits. */
export default function data() {
  const digits = [...read('train-images-idx3-ubyte.gz', 2000), ...read('t10k-images-idx3-ubyte.gz', 2000)];
  return {
    inputs: Float32Array.from(digits.flatMap(digit => enlarged(halved(digit)))),
    inputShape: [side, side, 1],
    targets: digits,
    task: 'regression',
    testSize: 2000,
  };
}

/** The first images of an IDX file, each a list of pixels from 0 to 1, row by row. */
function read(name, count) {
  const path = join(folder, name);
  const bytes = gunzipSync(readDigits(path)).subarray(16);
  const image = index => Array.from(bytes.subarray(index * side ** 2, (index + 1) * side ** 2), byte => byte / 255);
  return Array.from({ length: count }, (_, index) => image(index));
}

function readDigits(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    const hint = 'set MNIST_FOLDER to a folder with the four gzipped files of MNIST';
    throw new Error(`there are no digits at ${path}; ${hint}`, { cause: error });
  }
}

/** Means of 2x2 pixels. */
export function halved(image) {
  return Array.from({ length: half ** 2 }, (_, index) => {
    const corner = 2 * side * Math.floor(index / half) + 2 * (index % half);
    return [0, 1, side, side + 1].reduce((sum, offset) => sum + image[corner + offset], 0) / 4;
  });
}

/** Twice as large by bicubic interpolation (Keys 1981, a = -0.5), rows and then columns. */
export function enlarged(image) {
  const rows = Array.from({ length: side * half }, (_, index) => {
    const [y, x] = [Math.floor(index / half), index % half];
    return sum(y, row => image[row * half + x]);
  });
  return Array.from({ length: side ** 2 }, (_, index) => {
    const [y, x] = [Math.floor(index / side), index % side];
    return Math.min(
      1,
      Math.max(
        0,
        sum(x, column => rows[y * half + column]),
      ),
    );
  });
}

/** At a place of the large side, from the small side's pixels around it: those that are there. */
function sum(place, pixel) {
  const center = (place + 0.5) / 2 - 0.5;
  const near = [-1, 0, 1, 2].map(offset => Math.floor(center) + offset).filter(at => at >= 0 && at < half);
  const weights = near.map(at => cubic(Math.abs(center - at)));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return near.reduce((all, at, index) => all + pixel(at) * weights[index], 0) / total;
}

function cubic(distance) {
  return distance <= 1
    ? 1.5 * distance ** 3 - 2.5 * distance ** 2 + 1
    : -0.5 * distance ** 3 + 2.5 * distance ** 2 - 4 * distance + 2;
}
