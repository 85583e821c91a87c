/** SHA-256 of files, remembered for as long as they stay as they are: data of many gigabytes is read once. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

export interface Hashes {
  /** @throws what the system says of a file that cannot be read */
  of(path: string): Promise<string>;
  /** Keeps what is new for other processes. */
  save(): Promise<void>;
}

const known = z.record(z.string(), z.tuple([z.string(), z.string()]));

/** By file: its state, and the hash of its contents then. */
type Known = Readonly<z.infer<typeof known>>;

/** Milliseconds within which a file may change twice at what its disk takes for the same time. */
const coarsest = 2000;

/** @param memory path of what is known from earlier */
export async function rememberedHashes(memory: string): Promise<Hashes> {
  const all = new Map(Object.entries(await read(memory)));
  const learned = new Map<string, [string, string]>();
  return {
    async of(path) {
      const { file, state, age } = await look(path);
      const [knownState, knownHash] = all.get(file) ?? [];
      if (knownState === state) return knownHash!;
      const hash = await sha256Of(path);
      if (age > coarsest && (await look(path)).state === state) {
        all.set(file, [state, hash]);
        learned.set(file, [state, hash]);
      }
      return hash;
    },
    async save() {
      if (learned.size === 0) return;
      const temporary = `${memory}.${randomUUID()}`;
      const merged = { ...(await read(memory)), ...Object.fromEntries(learned) };
      // What is forgotten is read again.
      await writeFile(temporary, JSON.stringify(merged))
        .then(() => rename(temporary, memory))
        .catch(() => rm(temporary, { force: true }));
      learned.clear();
    },
  };
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The file itself, whatever it is called, and all that changes with its contents. */
async function look(path: string) {
  const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs } = await stat(path, { bigint: true });
  return {
    file: `${dev}:${ino}`,
    state: [size, mtimeNs, ctimeNs].join(),
    age: Date.now() - Number(mtimeMs),
  };
}

async function read(memory: string): Promise<Known> {
  try {
    return known.parse(JSON.parse(await readFile(memory, 'utf8')));
  } catch {
    return {};
  }
}
