/** A certificate authority of the tests' own, and what it signed for a server: ca.crt, server.crt and server.key. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** `hosts` are the names and addresses that the server may be called by. */
export function makeCertificates(folder: string, hosts: readonly string[], owner: Owner = {}): void {
  mkdirSync(folder, { recursive: true });
  const openssl = (...args: readonly string[]): unknown =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=tests of tfjs-tune',
  );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${hosts[0]}`);
  const names = hosts.map(host => `${isIP(host) ? 'IP' : 'DNS'}:${host}`);
  writeFileSync(join(folder, 'names'), `subjectAltName=${names.join(',')}\n`);
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.crt');
  if (owner.uid !== undefined) chownSync(join(folder, 'server.key'), owner.uid, owner.gid!);
}
