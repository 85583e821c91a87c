/** The CPU and what of it TensorFlow can use, as far as the system tells. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { Tools } from './tools.ts';

export interface Cpu {
  readonly model: string;
  /** Threads that may run at once. */
  readonly cores: number;
  /** Instruction sets, in the system's own names; empty where it does not tell. */
  readonly features: readonly string[];
}

const notable = /^(sse4_2|sse4\.2|avx.*|f16c|fma|amx.*|asimd.*|neon|sve.*|bf16|i8mm)$/;

export async function describeCpu(tools: Tools): Promise<Cpu> {
  return {
    model: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    features: await features(tools),
  };
}

async function features(tools: Tools): Promise<string[]> {
  if (process.platform === 'linux') return linuxFeatures() ?? [];
  if (process.platform !== 'darwin') return [];
  const { ok, output } = await tools.run('sysctl', ['-n', 'machdep.cpu.features', 'machdep.cpu.leaf7_features']);
  // Apple's own processors have no such list; all of them have NEON.
  return ok ? choose(output.toLowerCase()) : ['neon'];
}

/** Undefined where the kernel gives no list. */
export function linuxFeatures(): string[] | undefined {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return line ? choose(line[1]!) : undefined;
  } catch {
    return undefined;
  }
}

function choose(list: string): string[] {
  return list.split(/\s+/).filter(name => notable.test(name));
}
