// Unpacks the Chromium that the npm package @sparticuz/chromium ships, and prints how to start it, for TUNE_CHROMIUM:
//   npm install --no-save --prefix folder @sparticuz/chromium@147.0.0 && node scripts/unpack-chromium.js folder
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const folder = resolve(process.argv[2]);
const unpacked = name =>
  brotliDecompressSync(readFileSync(join(folder, 'node_modules', '@sparticuz', 'chromium', 'bin', `${name}.br`)));
const writeProgram = (name, contents) => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  chmodSync(path, 0o755);
  return path;
};

const program = writeProgram('chromium', unpacked('chromium'));
// Systems without a desktop lack libraries, which the package brings along.
const lacksSome = execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found');
if (lacksSome) execFileSync('tar', ['-x', '-C', folder], { input: unpacked('al2023.tar') });
const libraries = lacksSome ? `LD_LIBRARY_PATH="${join(folder, 'lib')}" ` : '';
console.log(writeProgram('start-chromium', `#!/bin/sh\n${libraries}exec "${program}" "$@"\n`));
