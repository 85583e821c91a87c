/** Preloaded by `node --import`: notes in the file OPENED every path that this process opens, makes, renames or removes by name. */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const require = createRequire(import.meta.url);
const fs = require('node:fs');
const promises = require('node:fs/promises');
const { openSync, writeSync } = fs;
const record = openSync(process.env.OPENED, 'a');
const note = path => writeSync(record, `${JSON.stringify(path instanceof URL ? path.pathname : String(path))}\n`);

const calls = [
  'open',
  'readFile',
  'writeFile',
  'appendFile',
  'mkdir',
  'rename',
  'rm',
  'unlink',
  'readdir',
  'opendir',
  'cp',
  'copyFile',
  'truncate',
];
for (const call of calls) {
  for (const [module, name] of [
    [promises, call],
    [fs, call],
    [fs, `${call}Sync`],
  ]) {
    const real = module[name];
    if (!real) continue;
    module[name] = (path, ...rest) => {
      // What is open already was opened by name.
      if (typeof path !== 'number') note(path);
      return real(path, ...rest);
    };
  }
}
for (const name of ['createReadStream', 'createWriteStream']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => (note(path), real(path, ...rest));
}
syncBuiltinESMExports();
