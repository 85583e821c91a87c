/** Files as studies list them, for tests. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StudyFile } from '../../src/artifacts/study-file.ts';

/** A file of a study with these contents. */
export function studyFile(path: string, contents: string | Uint8Array, folder?: string): StudyFile {
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return { path, sha256, bytes: Buffer.byteLength(contents), ...(folder !== undefined && { folder }) };
}

/** Writes files into a folder; gives the folder. */
export function fill(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  return folder;
}
