/** Inputs for a saved model, without targets: a table, an array, an image or a folder of images. */
import { readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TuneError } from '../../errors.ts';
import { suggest } from '../../space/nearest.ts';
import type { ModelDescription } from '../exported-model.ts';
import { sizeOf } from '../shape.ts';
import { byCodeUnit } from './classes.ts';
import { encode, type Feature, type TableFormat } from './csv-columns.ts';
import { readTable, type CsvTable } from './csv-table.ts';
import { exampleShape } from './example-shape.ts';
import { refuseNonFinite } from './from-number-files.ts';
import { idxLayout } from './idx-file.ts';
import { pixelsOf, readImage } from './image-file.ts';
import { readImageHeader } from './image-header.ts';
import { npyLayout } from './npy-file.ts';
import { firstBytes, invalid, readElements, sides, type Layout } from './number-file.ts';
import { readDataFile, type DataFile } from './read-file.ts';

export interface Inputs {
  readonly examples: number;
  /** [examples, ...input shape] */
  readonly values: ArrayLike<number>;
  /** Names of the images. */
  readonly files?: readonly string[];
}

const imageNames = /^[^.].*\.(png|jpe?g)$/i;

/**
 * Images need the backend.
 * @throws TuneError FILE_UNREADABLE, or DATA_INVALID where the file holds nothing that the model takes
 */
export async function readInputs(path: string, model: ModelDescription): Promise<Inputs> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) return readFolder(path, model);
  const file = await readDataFile(process.cwd(), path);
  if (readImageHeader(file.bytes)) return readImages([resolve(path)], [path], model);
  if (file.bytes.toString('latin1', 1, 6) === 'NUMPY') return fromArray(file, npyLayout, model);
  if (file.bytes[0] === 0 && file.bytes[1] === 0) return fromArray(file, idxLayout, model);
  return fromTable(file, model);
}

async function readFolder(folder: string, model: ModelDescription): Promise<Inputs> {
  const names = (await readdir(folder)).filter(name => imageNames.test(name)).toSorted(byCodeUnit);
  if (names.length === 0)
    throw invalid(resolve(folder), { message: 'there are no images in this folder', expected: 'PNG or JPEG files' });
  return readImages(
    names.map(name => resolve(folder, name)),
    names,
    model,
  );
}

async function readImages(
  paths: readonly string[],
  names: readonly string[],
  { inputShape, inputType }: ModelDescription,
): Promise<Inputs> {
  const [height, width, channels] = inputShape;
  const takesImages = inputShape.length === 3 && (channels === 1 || channels === 3);
  if (!takesImages || inputType !== 'uint8')
    throw invalid(paths[0]!, {
      message: 'the model was not trained on images of bytes',
      expected: `numbers of the shape ${sides(inputShape)} for each example, in an NPY file`,
    });
  const size = sizeOf(inputShape);
  const values = new Uint8Array(paths.length * size);
  for (const [index, path] of paths.entries()) {
    values.set(pixelsOf(await readImage(path), [height!, width!, channels!]), index * size);
  }
  return { examples: paths.length, values, files: names };
}

function fromArray(file: DataFile, layout: (file: DataFile) => Layout, { inputShape }: ModelDescription): Inputs {
  const read = readElements(file.path, file.bytes, layout(file));
  const { path, shape, values } = read;
  const [examples, ...example] = shape;
  if (exampleShape(example)?.join() !== inputShape.join())
    throw invalid(path, {
      message: `the shape is ${sides(shape)}`,
      expected: `${sides(['n', ...inputShape])}, n examples as the model takes them`,
    });
  refuseNonFinite(read);
  return { examples: examples!, values };
}

function fromTable(file: DataFile, model: ModelDescription): Inputs {
  const format = formatFor(model);
  if (!format)
    throw invalid(file.path, {
      message: `this is neither an array nor an image: it ${firstBytes(file.bytes, 4)}`,
      expected: `an NPY or IDX file of examples of ${sides(model.inputShape)}, or a PNG or JPEG image`,
    });
  const table = readTable(file, format);
  const { values } = encode(table, findColumns(table, format));
  return { examples: table.rows.length, values };
}

/** Features that did not come from a table may have names all the same. */
function formatFor({ table, columns, inputShape }: ModelDescription): TableFormat | undefined {
  if (table) return { ...table, inputs: table.inputs.map(asInput) };
  if (!columns || inputShape.length > 1) return undefined;
  return { header: true, delimiter: ',', skipRows: 0, inputs: columns.map(name => ({ name })) };
}

function asInput({ name, categories }: NonNullable<ModelDescription['table']>['inputs'][number]) {
  return { name, ...(categories && { categories }) };
}

function findColumns({ file, columns }: CsvTable, { header, inputs }: TableFormat): Feature[] {
  // Without names, a table of the inputs alone has them in their order; the target may have stood among them.
  if (!header && columns.length === inputs.length) return inputs.map((input, index) => ({ ...input, index }));
  const missing = inputs.filter(({ name }) => !columns.includes(name));
  if (missing.length > 0)
    throw new TuneError(
      'DATA_INVALID',
      missing.map(({ name }) => ({
        message: `there is no column "${name}", an input of the model`,
        where: { file },
        ...suggest(name, columns),
      })),
    );
  return inputs.map(input => ({ ...input, index: columns.indexOf(input.name) }));
}
