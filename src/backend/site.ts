/** Where the parts of the native backend lie on this machine: tfjs-node, the addon, the cache of this user. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { wheelFor, type Wheel } from './wheels.ts';

/** The only version of tfjs-node that this package is tested with. */
export const tfjsNodeVersion = '4.22.0';

export interface Site {
  readonly platform: string;
  readonly arch: string;
  /** Folder of this user, shared by all checkouts and projects. */
  readonly cache: string;
  /** Folder of the tfjs-node beside this package; undefined when npm left the optional dependency out. */
  readonly installed?: string;
  /** The TensorFlow libraries that an addon can be built against here. */
  readonly wheel?: Wheel;
}

export function thisSite(): Site {
  const { platform, arch } = process;
  return {
    platform,
    arch,
    cache: cacheFolder(platform, process.env, homedir()),
    installed: installedTfjsNode(),
    wheel: wheelFor(platform, arch),
  };
}

/** XDG_CACHE_HOME or the platform's usual place for caches, and in it "tfjs-tune". */
export function cacheFolder(platform: string, env: NodeJS.ProcessEnv, home: string): string {
  const usual = {
    darwin: join(home, 'Library', 'Caches'),
    win32: env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'),
  };
  return join(env['XDG_CACHE_HOME'] || usual[platform as keyof typeof usual] || join(home, '.cache'), 'tfjs-tune');
}

function installedTfjsNode(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return version === tfjsNodeVersion ? dirname(manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Where npm installs a tfjs-node of our own, for projects that have none. */
export function copyPrefix(site: Site): string {
  return join(site.cache, `tfjs-node-${tfjsNodeVersion}`);
}

export function copiedTfjsNode(site: Site): string {
  return join(copyPrefix(site), 'node_modules', '@tensorflow', 'tfjs-node');
}

/** The folder with tfjs-node's JavaScript; undefined when there is none yet. */
export function tfjsNodeFolder(site: Site): string | undefined {
  return [site.installed, copiedTfjsNode(site)].find(folder => folder && existsSync(join(folder, 'package.json')));
}

/** Where the addon built against the wheel's libraries lies. It has the layout of tfjs-node: lib/napi-v8 and deps/lib. */
export function buildFolder(site: Site): string | undefined {
  const { platform, arch, cache, wheel } = site;
  return wheel && join(cache, `${platform}-${arch}-tfjs-node-${tfjsNodeVersion}-tensorflow-${wheel.version}`);
}

/** The addon inside a folder with tfjs-node's layout. */
export function addonIn(folder: string): string {
  return join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** The folder with tfjs-node's layout that an addon lies in: the reverse of addonIn. */
export function homeOf(addon: string): string {
  return dirname(dirname(dirname(addon)));
}
