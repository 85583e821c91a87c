/**
 * Sets the native backend up, once per user: an addon that is there and works, a cached build, tfjs-node's own installer,
 * or a build against the libraries of a Python wheel. Nothing is used before another process has tried it.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, TuneError, type Problem } from '../errors.ts';
import { candidates, findBackend, noteFinding, type Backend, type Candidate, type Finding } from './find.ts';
import { thisKit, type Kit } from './kit.ts';
import { withLock } from './lock.ts';
import { runOwnInstaller } from './own-installer.ts';
import { checkRequirements } from './requirements.ts';
import { buildFolder, tfjsNodeFolder } from './site.ts';
import { copyTfjsNode } from './tfjs-node-copy.ts';
import { lastWords, type Tools } from './tools.ts';
import { buildFromWheel } from './wheel-build.ts';

/**
 * The backend of this machine, set up now if it is missing (a minute; shown on stderr). A look at a few files when it is
 * there. Of two processes at once the second waits for the first. The native code itself is not loaded here.
 * @throws TuneError BACKEND_UNAVAILABLE with everything that is missing and the ways out
 */
export async function ensureBackend(kit: Kit = thisKit()): Promise<Backend> {
  return (await findBackend(kit.site)) ?? locked(kit, async () => (await findBackend(kit.site)) ?? provision(kit));
}

/** Tries everything anew, also what was found good before: `tune doctor --fix`. */
export async function repairBackend(kit: Kit = thisKit()): Promise<Backend> {
  return locked(kit, () => provision(kit));
}

async function locked<T>({ site, progress }: Kit, work: () => Promise<T>): Promise<T> {
  const onWait = (pid: number): void =>
    progress.say(`Waiting for process ${pid}, which is setting up the native TensorFlow backend ...`);
  try {
    await mkdir(site.cache, { recursive: true });
    return await withLock(join(site.cache, 'lock'), onWait, work);
  } catch (error) {
    if (error instanceof TuneError) throw error;
    throw new TuneError(
      'BACKEND_UNAVAILABLE',
      {
        message: `cannot work in ${site.cache}: ${messageOf(error)}`,
        hint: 'set XDG_CACHE_HOME to a folder that can be written',
      },
      { cause: error },
    );
  }
}

async function provision(kit: Kit): Promise<Backend> {
  const { site, tools, progress } = kit;
  const problems: Problem[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(...(error instanceof TuneError ? error.problems : [{ message: messageOf(error) }]));
      return undefined;
    }
  };

  const tfjsNode = tfjsNodeFolder(site) ?? (await attempt(() => copyTfjsNode(kit)));
  if (!tfjsNode) throw unavailable([...problems, ...(await checkRequirements(kit)).problems]);

  const use = async (candidate: Candidate): Promise<Backend | undefined> => {
    const finding = await tryAddon(tools, tfjsNode, candidate.addon);
    await noteFinding(site, candidate.addon, finding);
    if ('tensorflow' in finding) return { ...candidate, tfjsNode, tensorflow: finding.tensorflow };
    problems.push({ message: `the addon ${candidate.addon} does not work: ${finding.failure}` });
    return undefined;
  };

  for (const candidate of candidates(site).filter(({ addon }) => existsSync(addon))) {
    const backend = await use(candidate);
    if (backend) return backend;
    if (candidate.source === 'built') await rm(buildFolder(site)!, { recursive: true });
  }
  progress.say(`Setting up the native TensorFlow backend in ${site.cache}, once for all projects.`);
  const routes = [
    { source: 'downloaded', run: runOwnInstaller },
    { source: 'built', run: buildFromWheel },
  ] as const;
  for (const { source, run } of routes) {
    const addon = await attempt(() => run(kit, tfjsNode));
    const backend = addon && (await use({ source, addon }));
    if (backend) return backend;
  }
  throw unavailable(problems);
}

function unavailable(problems: readonly Problem[]): TuneError {
  const otherwise = {
    message: 'the native TensorFlow backend could not be set up',
    hint: "mend the above, or run tfjs-node's own installer where its host is in reach: npm rebuild @tensorflow/tfjs-node",
  };
  return new TuneError('BACKEND_UNAVAILABLE', [...problems, otherwise]);
}

/** Compiled code in both cases: the tests run this file as TypeScript, which the other process may not understand. */
const checkScript = fileURLToPath(new URL('../../dist/backend/check.js', import.meta.url));

/** Lets another process load an addon and compute with it. */
export async function tryAddon(tools: Tools, tfjsNode: string, addon: string): Promise<Finding> {
  const { ok, output } = await tools.run(process.execPath, [checkScript, tfjsNode, addon], {
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    timeout: 120,
  });
  const answer = /^\{"tensorflow":"([\w.-]+)"\}$/m.exec(output);
  return ok && answer ? { tensorflow: answer[1]! } : { failure: lastWords(output) };
}
