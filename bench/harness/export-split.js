/** Writes the rows that a study trains on, in the study's own split and normalization, as .npy files. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRng } from '../../dist/study/rng.js';
import { fitNormalization } from '../../dist/train/data/normalization.js';
import { dataSection, loadDataset } from '../../dist/train/data/section.js';
import { splitRows } from '../../dist/train/data/split.js';

/**
 * @param {{ data: object, seed: number }} file a space file of classes, whose data section has no parameters
 * @param {string} path of that file
 * @param {string} folder gets {train,validation,test}-{inputs,targets}.npy
 */
export async function exportSplit(file, path, folder) {
  const section = dataSection.parse(file.data);
  const dataset = await loadDataset(section, dirname(path), file.seed);
  // As prepareBatches in src/train/batches.ts has them.
  const split = splitRows(dataset, section.split, createRng(section.split.seed ?? file.seed, 'split'));
  const normalization = fitNormalization(dataset, split.train, section.normalize, 'inputs');
  for (const [part, rows] of Object.entries(split)) {
    const inputs = normalizedRows(dataset, rows, normalization);
    const targets = Int32Array.from(rows, row => dataset.targets[row]);
    await writeFile(join(folder, `${part}-inputs.npy`), npy('<f4', inputs, [rows.length, ...dataset.inputShape]));
    await writeFile(join(folder, `${part}-targets.npy`), npy('<i4', targets, [rows.length]));
  }
}

function normalizedRows({ inputs, inputShape }, rows, { offset, scale }) {
  const width = inputShape.reduce((product, side) => product * side, 1);
  const channels = offset.length;
  return Float32Array.from({ length: rows.length * width }, (_, place) => {
    const column = place % width;
    const channel = column % channels;
    return (inputs[rows[(place - column) / width] * width + column] - offset[channel]) / scale[channel];
  });
}

/** NumPy's format, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
function npy(type, values, shape) {
  const about = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  // The values begin at a multiple of 64 bytes: after the magic, two bytes of length, and a line break.
  const taken = magic.length + 3;
  const header = `${about.padEnd(Math.ceil((about.length + taken) / 64) * 64 - taken)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([magic, length, Buffer.from(header), Buffer.from(values.buffer)]);
}
