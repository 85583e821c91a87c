/** Binary files of numbers of any size, as one run of whole examples after another. */
import type { DataFile } from '../read-file.ts';
import { bytesPerElement, decodeElements, isWhole, refuseNoExamples, refuseOtherLength } from '../number-file.ts';
import type { Layout, NumberFile } from '../number-file.ts';
import { sizeOf } from '../../shape.ts';
import { readPieces } from './pieces.ts';

/** Longer than any header that programs write. */
const startLength = 2 ** 20;

/**
 * @param readLayout reads the header in the first bytes of the file
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function layoutOf(path: string, readLayout: (start: DataFile) => Layout): Promise<Layout> {
  const layout = readLayout({ path, bytes: await startOf(path) });
  refuseNoExamples(path, layout.shape);
  return layout;
}

async function startOf(path: string): Promise<Buffer> {
  let bytes = Buffer.of();
  for await (const piece of readPieces(path)) {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length >= startLength) break;
  }
  return bytes;
}

/** @throws TuneError DATA_INVALID when the file does not hold what its header says */
export async function* readExamples(path: string, layout: Layout): AsyncGenerator<NumberFile> {
  const [, ...sides] = layout.shape;
  const width = sizeOf(sides) * bytesPerElement(layout.element);
  let passed = 0;
  let rest = Buffer.of();
  let header = layout.offset;
  for await (const piece of readPieces(path)) {
    passed += piece.length;
    const skipped = Math.min(header, piece.length);
    header -= skipped;
    const bytes = Buffer.concat([rest, piece.subarray(skipped)]);
    const examples = Math.floor(bytes.length / width);
    rest = bytes.subarray(examples * width);
    if (examples === 0) continue;
    const values = decodeElements(bytes.subarray(0, examples * width), layout);
    yield { path, shape: [examples, ...sides], values, isWhole: isWhole(layout.element) };
  }
  refuseOtherLength(path, passed, layout);
}
