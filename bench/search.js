/** `npm run bench -- search`: which sampler finds better configurations for the same trials, and what its asks cost. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../dist/report/environment.js';
import { criticalDifference } from './harness/critical-difference.js';
import { findPython } from './harness/python.js';
import { readSaved } from './harness/read-saved.js';
import { searchMarkdown } from './harness/search-table.js';

const folder = new URL('search/', import.meta.url);
const saved = new URL('results/search.json', import.meta.url);
const plot = new URL('results/search.svg', import.meta.url);

/** Each a program of its own that prints a JSON document. */
const programs = { regret: 'regret.py', curves: 'curves.py', latency: 'latency.py' };

export const partNames = Object.keys(programs);

/**
 * @param {{ parts: string[], rivals?: string, isStored: boolean, isSaved: boolean, say: (line: string) => void }} options
 *   rivals: run these anew first; isStored: run nothing of ours, take what the folder `keep` has; isSaved: the parts join those of earlier runs in results/search.json;
 *   all others (samplers, tasks, seeds, trials, keep) go to the programs as they are
 * @returns the document, the same as Markdown, and whether every part ran to its end
 */
export async function search({ parts, rivals, isStored, isSaved, say, ...options }) {
  const python = await findPython({
    requirements: new URL('requirements.txt', folder),
    cache: 'bench-search-python',
    what: 'Optuna, hyperopt, Rustuna and benchmark problems',
  });
  const flags = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  if (isStored) flags.push('--stored');
  if (rivals !== undefined) await runProgram(python, 'run_rivals.py', ['--rivals', rivals, '--anew', ...flags]);
  const measured = {};
  let isComplete = true;
  for (const part of parts)
    try {
      measured[part] = JSON.parse(await runProgram(python, programs[part], flags));
    } catch (error) {
      say(`${part} failed: ${error.message}`);
      isComplete = false;
    }
  const document = {
    bench: 'search',
    date: new Date().toISOString(),
    environment: environmentOf(),
    parts: { ...(isSaved && (await readSaved(saved))?.parts), ...measured },
  };
  if (isSaved && document.parts.regret) await writeFile(plot, criticalDifference(document.parts.regret));
  return { document, markdown: searchMarkdown(document), isComplete };
}

/** Its talk goes to stderr as it comes. */
function runProgram({ command, env }, program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [fileURLToPath(new URL(program, folder)), ...args], {
      // One thread each, as for ours: threads of numpy cost more than they bring on problems this small.
      env: { ...process.env, ...env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', data => (stdout += data));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${program} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
