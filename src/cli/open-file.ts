/** Shows a file or an address with the program that the system has for it: the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Programs that take what to open as their last argument; none of them is a shell. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

/** What would open it; undefined where nobody would see that. */
export function openerFor({ platform, env }: Surroundings): readonly [program: string, ...args: string[]] | undefined {
  const hasScreen = platform !== 'linux' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
  return env['CI'] === undefined && hasScreen ? openers[platform] : undefined;
}

/** @returns whether something opens it */
export async function openFile(target: string, surroundings: Surroundings = process): Promise<boolean> {
  const [program, ...args] = openerFor(surroundings) ?? [];
  if (program === undefined) return false;
  const child = spawn(program, [...args, target], { detached: true, stdio: 'ignore' });
  child.unref();
  return once(child, 'spawn').then(
    () => true,
    () => false,
  );
}
