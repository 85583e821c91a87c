/**
 * Builds the addon from tfjs-node's C++ sources against the TensorFlow libraries of a Python wheel. Three stages, each
 * done when its result has its final name: the wheel, deps/, the addon. An interrupted build goes on at the stage it left.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TuneError } from '../errors.ts';
import type { Kit } from './kit.ts';
import { checkRequirements, type Command } from './requirements.ts';
import { addonIn, buildFolder } from './site.ts';
import { lastWords } from './tools.ts';
import { unzip } from './unzip.ts';
import { downloadWheel } from './wheel-download.ts';

/**
 * @param tfjsNode folder of the package, with the sources
 * @returns the addon
 * @throws TuneError with everything that is missing
 */
export async function buildFromWheel(kit: Kit, tfjsNode: string): Promise<string> {
  const { pip, compiler, problems } = await checkRequirements(kit);
  const { wheel } = kit.site;
  const folder = buildFolder(kit.site);
  if (!wheel || !folder || !pip || !compiler) throw new TuneError('BACKEND_UNAVAILABLE', problems);

  const addon = addonIn(folder);
  const libraries = join(folder, 'deps');
  await mkdir(folder, { recursive: true });
  if (!existsSync(libraries)) {
    await requireSpace(folder, wheel.bytes * 4.5);
    const file = await downloadWheel(kit, pip, wheel, folder);
    await kit.progress.during('Unpacking the TensorFlow libraries', async update => {
      const partial = `${libraries}.partial`;
      await rm(partial, { recursive: true, force: true });
      await unzip(file, partial, name => placeOf(name), update);
      await rename(partial, libraries);
    });
    await rm(file);
  }
  if (!existsSync(addon)) await compile(kit, compiler, tfjsNode, libraries, addon, wheel.libraries);
  return addon;
}

const headers = /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl\/c)\/.*)$/;
const library = /^tensorflow\/(libtensorflow[^/]*)$/;

/** Where a member of the wheel goes in deps/; most of them nowhere. */
function placeOf(member: string): string | undefined {
  const name = library.exec(member)?.[1];
  return name === undefined ? headers.exec(member)?.[1] : `lib/${name}`;
}

const flags = [
  '-O2 -std=c++17 -fPIC -shared -fvisibility=hidden',
  '-DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION',
].flatMap(line => line.split(' '));

async function compile(
  { tools, progress, site }: Kit,
  [compiler]: Command,
  tfjsNode: string,
  libraries: string,
  addon: string,
  names: readonly string[],
): Promise<void> {
  const { include_dir: nodeHeaders } = createRequire(import.meta.url)('node-api-headers') as { include_dir: string };
  const partial = `${addon}.partial`;
  await mkdir(dirname(addon), { recursive: true });
  // The libraries are found relative to the addon, so that the cache may move and a thread's copy finds the same ones.
  // macOS has to be told that Node itself provides the N-API functions.
  const [here, undefinedSymbols] =
    site.platform === 'darwin' ? ['@loader_path', ['-undefined', 'dynamic_lookup']] : ['$ORIGIN', []];
  const { ok, output } = await progress.during('Building the addon', () =>
    tools.run(
      compiler,
      [
        ...flags,
        ...[nodeHeaders, join(libraries, 'include'), '.'].map(folder => `-I${folder}`),
        'binding/tfjs_backend.cc',
        'binding/tfjs_binding.cc',
        ...names.map(name => join(libraries, 'lib', name)),
        `-Wl,-rpath,${here}/../../deps/lib`,
        ...undefinedSymbols,
        '-o',
        partial,
      ],
      { cwd: tfjsNode },
    ),
  );
  if (!ok)
    throw new TuneError('BACKEND_UNAVAILABLE', {
      message: `${compiler} could not build the addon: ${lastWords(output, 6)}`,
      hint: 'it needs a compiler that knows C++17: g++ 8 or clang 7, or newer; CXX=... chooses another',
    });
  await rename(partial, addon);
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new TuneError('BACKEND_UNAVAILABLE', {
    message: `${folder} has ${gigabytes(bavail * bsize)} left, and the TensorFlow libraries need ${gigabytes(bytes)}`,
    hint: 'free some space, or set XDG_CACHE_HOME to a folder on another disk',
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
