/** What a build of the addon needs on this machine: a platform with a wheel, pip, a C++ compiler. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Problem } from '../errors.ts';
import { linuxFeatures } from './cpu.ts';
import type { Kit } from './kit.ts';
import type { Site } from './site.ts';
import type { Tools } from './tools.ts';

/** A program and its first arguments. */
export type Command = readonly [string, ...string[]];

export interface Requirements {
  readonly pip?: Command;
  readonly compiler?: Command;
  readonly problems: readonly Problem[];
  /** The command that installs what is missing. */
  readonly command?: string;
}

const pips: readonly Command[] = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];
const compilers: readonly Command[] = [['g++'], ['c++'], ['clang++']];

export async function checkRequirements({ site, tools }: Pick<Kit, 'site' | 'tools'>): Promise<Requirements> {
  const unfit = unfitPlatform(site);
  if (unfit) return { problems: [unfit] };
  const pip = await firstThatRuns(tools, pips);
  const chosen = process.env['CXX'];
  const compiler = await firstThatRuns(tools, chosen ? [[chosen]] : compilers);
  if (pip && compiler) return { pip, compiler, problems: [] };

  const command = installCommand(site.platform, !compiler, !pip);
  const hint = `install it: ${command}`;
  const problems = [
    ...(compiler ? [] : [{ message: `no C++ compiler was found (${chosen || compilers.join(', ')})`, hint }]),
    ...(pip ? [] : [{ message: 'pip, which downloads the TensorFlow libraries, was not found', hint }]),
  ];
  return { pip, compiler, problems, command };
}

/** Why TensorFlow's libraries cannot work here, if so. */
function unfitPlatform({ platform, arch, wheel }: Site): Problem | undefined {
  const installer = `try tfjs-node's own installer: npm rebuild @tensorflow/tfjs-node`;
  if (!wheel) return { message: `there is no TensorFlow build for ${platform} ${arch}`, hint: installer };
  if (platform !== 'linux') return undefined;
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  if (header.glibcVersionRuntime === undefined)
    return {
      message: 'TensorFlow needs glibc, and this system has another C library',
      hint: 'use a Debian-based image',
    };
  if (arch === 'x64' && linuxFeatures()?.includes('avx') === false)
    return {
      message: 'TensorFlow needs a CPU with AVX instructions',
      hint: 'use another machine, or another CPU type in the virtual machine',
    };
  return undefined;
}

async function firstThatRuns(tools: Tools, commands: readonly Command[]): Promise<Command | undefined> {
  for (const command of commands) {
    const [program, ...args] = command;
    if ((await tools.run(program, [...args, '--version'], { timeout: 30 })).ok) return command;
  }
  return undefined;
}

interface PackageManager {
  readonly program: string;
  readonly install: string;
  readonly compiler: string;
  readonly pip: string;
}

const packageManagers: readonly PackageManager[] = [
  { program: 'apt-get', install: 'apt-get install -y', compiler: 'g++', pip: 'python3-pip' },
  { program: 'dnf', install: 'dnf install -y', compiler: 'gcc-c++', pip: 'python3-pip' },
  { program: 'zypper', install: 'zypper install -y', compiler: 'gcc-c++', pip: 'python3-pip' },
  { program: 'pacman', install: 'pacman -S --noconfirm', compiler: 'gcc', pip: 'python-pip' },
];

function installCommand(platform: string, compiler: boolean, pip: boolean): string {
  if (platform === 'darwin') return 'xcode-select --install';
  const manager = packageManagers.find(({ program }) => isOnPath(program)) ?? packageManagers[0]!;
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return [`${sudo}${manager.install}`, ...(compiler ? [manager.compiler] : []), ...(pip ? [manager.pip] : [])].join(
    ' ',
  );
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
