/** Takes members out of a zip archive (Python wheels and NumPy's npz files are such): as files, by streams, or as bytes. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw } from 'node:zlib';
import type { Update } from './progress.ts';

export interface Member {
  readonly name: string;
  readonly deflated: boolean;
  /** CRC-32 of the unpacked bytes. */
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

const inflate = promisify(inflateRaw);

/**
 * @param target the path inside `folder` for a member's name, or undefined to leave it out
 * @throws Error when the archive is damaged or a path leads out of the folder
 */
export async function unzip(
  archive: string,
  folder: string,
  target: (name: string) => string | undefined,
  update: Update,
): Promise<void> {
  const file = await open(archive);
  try {
    const chosen = (await listMembers(file)).flatMap(member => {
      const path = member.name.endsWith('/') ? undefined : target(member.name);
      return path === undefined ? [] : [{ member, path: within(folder, path) }];
    });
    const total = chosen.reduce((sum, { member }) => sum + member.size, 0);
    let written = 0;
    for (const { member, path } of chosen) {
      await mkdir(dirname(path), { recursive: true });
      await extract(archive, file, member, path, bytes => update((written += bytes) / total));
    }
  } finally {
    await file.close();
  }
}

function within(folder: string, path: string): string {
  const full = resolve(folder, path);
  if (!full.startsWith(resolve(folder) + sep)) throw new Error(`the archive has a path that leads out of it: ${path}`);
  return full;
}

/** Reads the archive's table of contents, which is at its end. */
export async function listMembers(file: FileHandle): Promise<Member[]> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0) throw new Error('this is no complete zip archive');
  const table = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const members: Member[] = [];
  for (let at = 0; at < table.length && table.toString('latin1', at, at + 4) === 'PK\u0001\u0002';) {
    const nameLength = table.readUInt16LE(at + 28);
    members.push({
      name: table.toString('utf8', at + 46, at + 46 + nameLength),
      deflated: table.readUInt16LE(at + 10) === 8,
      checksum: table.readUInt32LE(at + 16),
      packedSize: table.readUInt32LE(at + 20),
      size: table.readUInt32LE(at + 24),
      offset: table.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
  }
  return members;
}

/** @throws Error when the member is damaged */
export async function readMember(file: FileHandle, member: Member): Promise<Buffer> {
  const { deflated, checksum, packedSize, size } = member;
  const packed = await readAt(file, await startOf(file, member), packedSize);
  const bytes = deflated ? await inflate(packed, { maxOutputLength: Math.max(1, size) }) : packed;
  if (bytes.length !== size || crc32(bytes) !== checksum) throw new Error(`${member.name} is damaged`);
  return bytes;
}

/** Where the bytes of a member start; the header before them has lengths of its own. */
async function startOf(file: FileHandle, { offset }: Member): Promise<number> {
  const header = await readAt(file, offset, 30);
  return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function extract(
  archive: string,
  file: FileHandle,
  member: Member,
  path: string,
  count: (bytes: number) => void,
): Promise<void> {
  if (member.size === 0) return writeFile(path, '');
  const start = await startOf(file, member);
  const counter = new Transform({
    transform(chunk: Buffer, _, done) {
      count(chunk.length);
      done(undefined, chunk);
    },
  });
  const packed = createReadStream(archive, { start, end: start + member.packedSize - 1, highWaterMark: 1 << 20 });
  const output = createWriteStream(path);
  await (member.deflated
    ? pipeline(packed, createInflateRaw({ chunkSize: 1 << 18 }), counter, output)
    : pipeline(packed, counter, output));
  const { size } = await stat(path);
  if (size !== member.size) throw new Error(`${member.name} has ${size} bytes in place of ${member.size}`);
}

/** The archive says how long its parts are, and may be wrong: no more than the file has. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  const present = Math.max(0, Math.min(length, size - position));
  const { buffer, bytesRead } = await file.read(Buffer.alloc(present), 0, present, position);
  return buffer.subarray(0, bytesRead);
}
