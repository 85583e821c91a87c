/** Preloaded by `node --import`: writes to files whose path matches FULL_DISK fail as they do on a full disk. */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const require = createRequire(import.meta.url);
const promises = require('node:fs/promises');
const fs = require('node:fs');
const full = new RegExp(process.env.FULL_DISK);
const noSpace = call =>
  Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), { code: 'ENOSPC', errno: -28, syscall: call });

const { open, writeFile } = promises;
promises.open = async (path, ...rest) => {
  const file = await open(path, ...rest);
  if (full.test(String(path)))
    for (const call of ['write', 'writeFile']) file[call] = () => Promise.reject(noSpace('write'));
  return file;
};
promises.writeFile = (path, ...rest) =>
  full.test(String(path)) ? Promise.reject(noSpace('write')) : writeFile(path, ...rest);
for (const call of ['writeFile', 'createWriteStream']) {
  const real = fs[call];
  fs[call] = (path, ...rest) => {
    const done = rest.at(-1);
    if (!full.test(String(path))) return real(path, ...rest);
    if (typeof done === 'function') return void done(noSpace('write'));
    throw noSpace('write');
  };
}
const realSync = fs.writeFileSync;
fs.writeFileSync = (path, ...rest) => {
  if (full.test(String(path))) throw noSpace('write');
  return realSync(path, ...rest);
};
syncBuiltinESMExports();
