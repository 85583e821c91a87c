/** The commit of the working folder: results may come from the user's own code. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Milliseconds. */
const patience = 5000;

/**
 * "cb9e9ef…", with "+changes" where files that git knows differ from it.
 * @param ignored folder whose files do not count, for we write there
 * @returns undefined without git, or outside of its folders
 */
export async function commitOf(ignored: string): Promise<string | undefined> {
  const git = async (...args: readonly string[]): Promise<string> => {
    // Git must not wait for anyone, nor for a lock.
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
    return (await run('git', args, { env, timeout: patience })).stdout.trim();
  };
  try {
    const commit = await git('rev-parse', '--verify', 'HEAD');
    const places = ['--', '.', `:(exclude)${ignored}`];
    const changes = await git('status', '--porcelain', '--untracked-files=no', ...places).catch(() =>
      // The folder is not in this repository.
      git('status', '--porcelain', '--untracked-files=no'),
    );
    return changes === '' ? commit : `${commit}+changes`;
  } catch {
    return undefined;
  }
}
