/** Python with the rivals in it: the one that TUNE_BENCH_PYTHON names, or packages in a folder of our own. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const caches = new URL('../../node_modules/.cache/', import.meta.url);
const common = fileURLToPath(new URL('../common', import.meta.url));

/** The packages of the benches that train; those of others are much smaller. */
const training = {
  requirements: new URL('../requirements.txt', import.meta.url),
  cache: 'bench-python',
  what: 'TensorFlow, Keras, KerasTuner and JAX',
};

/**
 * @param {{ requirements: URL, cache: string, what: string }} packages cache: the name of their folder
 * @returns {Promise<{ command: string, env: Record<string, string> }>}
 * @throws Error when the packages cannot be installed
 */
export async function findPython(packages = training) {
  const own = process.env['TUNE_BENCH_PYTHON'];
  if (own) return { command: own, env: environment(common) };
  const folder = fileURLToPath(new URL(packages.cache, caches));
  await install(packages, folder);
  return { command: 'python3', env: environment(`${common}:${folder}`) };
}

function environment(path) {
  // No __pycache__ folders in the repository.
  return { PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1' };
}

/** Into a folder, which pip allows everywhere; venv is a package of its own on Debian. */
async function install({ requirements, what }, folder) {
  const wanted = await readFile(requirements, 'utf8');
  const stamp = join(folder, 'installed.txt');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return;
  process.stderr.write(`Installing ${what} into ${folder} (once)\n`);
  await rm(folder, { recursive: true, force: true });
  await pip([
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--target',
    folder,
    '-r',
    fileURLToPath(requirements),
  ]);
  await writeFile(stamp, wanted);
}

function pip(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-m', 'pip', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', data => (errors += data));
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) resolve();
      else reject(new Error(`pip ended with exit code ${code}\n${errors.trim().split('\n').slice(-8).join('\n')}`));
    });
  });
}
