/** What every step of provisioning works with: where, with which programs, and how it is shown. */
import { createProgress, type Progress } from './progress.ts';
import { thisSite, type Site } from './site.ts';
import { realTools, type Tools } from './tools.ts';

export interface Kit {
  readonly site: Site;
  readonly tools: Tools;
  readonly progress: Progress;
}

/** This machine's kit. Everything it says goes to stderr. */
export function thisKit(): Kit {
  const { stderr, env } = process;
  const isTTY = stderr.isTTY && !env['CI'];
  const progress = createProgress({ isTTY, write: text => stderr.write(text) });
  return { site: thisSite(), tools: realTools, progress };
}
