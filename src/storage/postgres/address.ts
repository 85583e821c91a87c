/** Where a database is, as users write it: postgres://user@host/database. What is secret in it is shown to nobody. */
import { TuneError } from '../../errors.ts';

const scheme = /^postgres(ql)?:\/\//i;

/** Whether a text names a database, and not a file. */
export function isDatabaseAddress(text: string): boolean {
  return scheme.test(text);
}

/** An address for people: no password, no parameters. */
export function shownAddress(address: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(address);
    return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
  } catch {
    return 'the database';
  }
}

/** A text with all addresses in it as they are for people: what users give may come back in an error. */
export function withShownAddresses(text: string): string {
  return text.replaceAll(/\bpostgres(ql)?:\/\/[^\s"]+/gi, shownAddress);
}

/** @throws TuneError USAGE */
export function checkAddress(address: string): string {
  if (isDatabaseAddress(address) && URL.canParse(address) && !isTorn(address)) return address;
  // What it is may hold a password.
  throw new TuneError('USAGE', {
    message: 'the storage is no address of a database',
    expected: 'postgres://user@host:5432/database, in --storage or in the environment as TUNE_STORAGE',
    ...(address.includes('@') && { hint: 'a password has "/" as %2F, "?" as %3F, "#" as %23 and "@" as %40' }),
  });
}

/** Whether a password has a character that ends the host, so that the rest of it would pass for the name of a database. */
function isTorn(address: string): boolean {
  return address.includes('@') && new URL(address).username === '';
}
