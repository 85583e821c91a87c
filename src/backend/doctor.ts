/** Looks at everything the native backend needs and says what is there, what is wrong and what mends it. Changes nothing. */
import { existsSync } from 'node:fs';
import type { Problem } from '../errors.ts';
import { describeCpu, type Cpu } from './cpu.ts';
import { candidates, type Source } from './find.ts';
import { folderBytes } from './folder-bytes.ts';
import { thisKit, type Kit } from './kit.ts';
import { tryAddon } from './provision.ts';
import { checkRequirements } from './requirements.ts';
import { tfjsNodeFolder, tfjsNodeVersion } from './site.ts';
import { threadEnvironment } from './threads.ts';

export interface Diagnosis {
  /** Version of Node, without the v. */
  readonly node: string;
  /** Operating system and processor: "linux x64". */
  readonly platform: string;
  readonly cpu: Cpu;
  readonly tfjsNode?: { readonly version: string; readonly folder: string };
  /** The addon that works. */
  readonly addon?: { readonly path: string; readonly source: Source; readonly tensorflow: string };
  /** Settings of a trainer host that fills this machine. */
  readonly threads: Readonly<Record<string, string>>;
  readonly cache: { readonly folder: string; readonly bytes: number };
  /** Empty when the backend works. */
  readonly problems: readonly Problem[];
  /** The one command that mends it; undefined when all is well or no command can. */
  readonly fix?: string;
}

export async function diagnose(kit: Kit = thisKit()): Promise<Diagnosis> {
  const { site, tools } = kit;
  const cpu = await describeCpu(tools);
  const folder = tfjsNodeFolder(site);
  return {
    node: process.versions.node,
    platform: `${site.platform} ${site.arch}`,
    cpu,
    tfjsNode: folder === undefined ? undefined : { version: tfjsNodeVersion, folder },
    threads: threadEnvironment(cpu.cores),
    cache: { folder: site.cache, bytes: await folderBytes(site.cache) },
    ...(await examineAddons(kit, folder)),
  };
}

/** Tries the addons in order of preference until one works. */
async function examineAddons(
  kit: Kit,
  tfjsNode: string | undefined,
): Promise<Pick<Diagnosis, 'addon' | 'problems' | 'fix'>> {
  const failures: Problem[] = [];
  const present = tfjsNode === undefined ? [] : candidates(kit.site).filter(({ addon }) => existsSync(addon));
  for (const { source, addon } of present) {
    const finding = await tryAddon(kit.tools, tfjsNode!, addon);
    if ('tensorflow' in finding)
      return { addon: { path: addon, source, tensorflow: finding.tensorflow }, problems: [] };
    failures.push({ message: `the addon ${addon} does not work: ${finding.failure}` });
  }
  const { problems, command } = await checkRequirements(kit);
  const missing = { message: 'the native TensorFlow backend is not set up' };
  const mendable = command !== undefined || problems.length === 0;
  return {
    problems: [...(failures.length > 0 ? failures : [missing]), ...problems],
    fix: mendable ? [command, fixCommand()].filter(part => part !== undefined).join(' && ') : undefined,
  };
}

/** `tune doctor --fix` as it can be typed here: a project's own programs run through npx. */
export function fixCommand(): string {
  return process.env['npm_execpath'] ? 'npx tune doctor --fix' : 'tune doctor --fix';
}
