/** Installs tfjs-node's JavaScript and C++ sources into the cache, for projects where npm left the package out. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TuneError } from '../errors.ts';
import type { Kit } from './kit.ts';
import type { Command } from './requirements.ts';
import { copiedTfjsNode, copyPrefix, tfjsNodeVersion } from './site.ts';
import { lastWords } from './tools.ts';

const quietly = '--no-global --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error'.split(
  ' ',
);

/**
 * @returns the folder of the package
 * @throws TuneError when npm or its registry is out of reach
 */
export async function copyTfjsNode({ site, tools, progress }: Kit): Promise<string> {
  const folder = copiedTfjsNode(site);
  if (existsSync(folder)) return folder;
  const prefix = copyPrefix(site);
  const partial = `${prefix}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  // Without a package.json of its own npm would look for one in the folders above.
  await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
  const [program, ...first] = npmCommand();
  const request = ['install', `@tensorflow/tfjs-node@${tfjsNodeVersion}`, '--prefix', partial];
  const { ok, output } = await progress.during(`Installing tfjs-node ${tfjsNodeVersion} into the cache`, () =>
    tools.run(program, [...first, ...request, ...quietly]),
  );
  if (!ok)
    throw new TuneError('BACKEND_UNAVAILABLE', {
      message: `npm could not install @tensorflow/tfjs-node ${tfjsNodeVersion}: ${lastWords(output)}`,
      hint: 'check the network and the proxy (npm config set proxy ..., or HTTPS_PROXY)',
    });
  await rm(prefix, { recursive: true, force: true });
  await rename(partial, prefix);
  return folder;
}

/** npm as a program and first arguments: the npm that runs us, the one beside this Node, or the one on PATH. */
function npmCommand(): Command {
  const running = process.env['npm_execpath'];
  const bin = dirname(process.execPath);
  const script = [
    ...(running && basename(running) === 'npm-cli.js' ? [running] : []),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find(existsSync);
  return script ? [process.execPath, script] : ['npm'];
}
