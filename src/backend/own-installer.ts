/**
 * tfjs-node's own installer, which downloads a prebuilt addon and its TensorFlow. It runs in the cache's copy of
 * tfjs-node, so the project's node_modules stays as npm made it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { TuneError } from '../errors.ts';
import type { Kit } from './kit.ts';
import { addonIn, copyPrefix } from './site.ts';
import { copyTfjsNode } from './tfjs-node-copy.ts';
import { lastWords } from './tools.ts';

/**
 * @param tfjsNode any folder of the package: it tells where the addon would come from
 * @returns the addon; undefined where the host of the prebuilt addons is out of reach or has none for this platform
 * @throws TuneError when the installer fails
 */
export async function runOwnInstaller(kit: Kit, tfjsNode: string): Promise<string | undefined> {
  const { site, tools, progress } = kit;
  if (!(await tools.canFetch(prebuiltAddon(tfjsNode, site.platform)))) return undefined;
  const copy = await copyTfjsNode(kit);
  const programs = join(copyPrefix(site), 'node_modules', '.bin');
  const { ok, output } = await progress.during("Running tfjs-node's installer", () =>
    tools.run(process.execPath, [join('scripts', 'install.js')], {
      cwd: copy,
      env: { PATH: [programs, process.env['PATH']].join(delimiter) },
    }),
  );
  const addon = addonIn(copy);
  if (!ok || !existsSync(addon))
    throw new TuneError('BACKEND_UNAVAILABLE', `tfjs-node's own installer failed: ${lastWords(output)}`);
  // The installer puts the library beside addons of another N-API version, where Windows does not look.
  const library = join(copy, 'deps', 'lib', 'tensorflow.dll');
  if (existsSync(library)) await copyFile(library, join(dirname(addon), 'tensorflow.dll'));
  return addon;
}

/** Address of the prebuilt addon, made as the installer makes it. */
function prebuiltAddon(tfjsNode: string, platform: string): string {
  const { version, binary } = JSON.parse(readFileSync(join(tfjsNode, 'package.json'), 'utf8')) as {
    version: string;
    binary: { host: string; remote_path: string };
  };
  const system = platform === 'win32' ? { name: 'windows', ending: 'zip' } : { name: platform, ending: 'tar.gz' };
  const folder = binary.remote_path.replace('{napi_build_version}', '8').replace('{version}', version);
  return `${binary.host}/${folder}/CPU-${system.name}-${version}.${system.ending}`.replaceAll('/./', '/');
}
