/** Runs a program and takes its time, from the start of the process to its end. */
import { spawn } from 'node:child_process';

const stderrLines = 20;

/**
 * @param {{ command: string, args: string[], env: Record<string, string> }} how
 * @returns {Promise<{ seconds: number, stdout: string }>}
 * @throws Error with its last words
 */
export function runToEnd({ command, args, env }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', data => (stdout += data));
    child.stderr.on('data', data => (stderr += data));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) return resolve({ seconds, stdout });
      const end = signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`;
      reject(new Error([end, ...stderr.trim().split('\n').slice(-stderrLines)].join('\n')));
    });
  });
}
