/** The machine and the versions that a report was made with. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform } from 'node:os';
import type { Environment } from './report.ts';

/** Version of this package. */
export function packageVersion(): string {
  return versionIn(new URL('../../package.json', import.meta.url));
}

export function environmentOf(): Environment {
  const processors = cpus();
  const tensorflow = tensorflowVersion();
  return {
    version: packageVersion(),
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    cpus: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    ...(tensorflow !== undefined && { tensorflow }),
  };
}

/** Read from its package, since the process that writes reports never loads TensorFlow. */
function tensorflowVersion(): string | undefined {
  try {
    return versionIn(createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json'));
  } catch {
    return undefined;
  }
}

function versionIn(packageFile: string | URL): string {
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
}
