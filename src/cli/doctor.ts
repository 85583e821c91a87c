/** `tune doctor`: what the native backend finds on this machine, and the command that mends it. */
import { Command } from 'commander';
import type { Diagnosis } from '../backend/doctor.ts';
import type { Kit } from '../backend/kit.ts';
import { errorCodes, formatProblem, TuneError, type Problem } from '../errors.ts';
import { printable } from '../text.ts';

/** @param kit where and with which programs it works. Default: this machine */
export function doctorCommand(kit?: Kit): Command {
  return new Command('doctor')
    .description('check the native TensorFlow backend, or set it up')
    .option('--fix', 'set the backend up, or mend it')
    .option('--json', 'print the diagnosis as JSON')
    .action(async ({ fix, json }: { fix?: boolean; json?: boolean }) => {
      const used = kit ?? (await import('../backend/kit.ts')).thisKit();
      const { diagnose } = await import('../backend/doctor.ts');
      const problems = fix ? await mend(used) : [];
      const found = await diagnose(used);
      const diagnosis = problems.length > 0 ? { ...found, problems } : found;
      console.log(json ? JSON.stringify(diagnosis, undefined, 2) : describe(diagnosis));
      if (diagnosis.problems.length > 0) process.exitCode = errorCodes.BACKEND_UNAVAILABLE.exit;
    });
}

/** When mending fails: the reasons that only the attempt can show. */
async function mend(kit: Kit): Promise<readonly Problem[]> {
  const { repairBackend } = await import('../backend/provision.ts');
  try {
    await repairBackend(kit);
    return [];
  } catch (error) {
    if (!(error instanceof TuneError)) throw error;
    return error.problems;
  }
}

const sources = {
  installed: "from tfjs-node's installer, in this project",
  built: 'built against the libraries of the Python wheel',
  downloaded: "from tfjs-node's installer, in the cache",
} as const;

function describe({ node, platform, cpu, tfjsNode, addon, threads, cache, problems, fix }: Diagnosis): string {
  const rows = [
    ['Node', `${node} (${platform})`],
    ['CPU', `${cpu.model}, ${cpu.cores} cores`],
    ['CPU features', cpu.features.join(' ') || 'unknown'],
    ['tfjs-node', tfjsNode ? `${tfjsNode.version}, ${tfjsNode.folder}` : 'not found'],
    ['Addon', addon ? `${addon.path} (${sources[addon.source]})` : 'none that works'],
    ['TensorFlow', addon?.tensorflow ?? 'not found'],
    [
      'Threads',
      Object.entries(threads)
        .map(pair => pair.join('='))
        .join(' '),
    ],
    ['Cache', `${(cache.bytes / 1e6).toFixed(0)} MB in ${cache.folder}`],
  ] as const;
  const table = rows.map(([name, value]) => `${name.padEnd(14)}${printable(value)}`);
  if (problems.length === 0) return [...table, '', 'The native backend works.'].join('\n');
  const remedy = fix === undefined ? [] : ['', 'To mend it, run:', `  ${fix}`];
  return [...table, '', ...problems.map(formatProblem), ...remedy].join('\n');
}
