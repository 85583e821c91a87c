/** What a list of processes shows of this one: no address of a database, which may have a password. */
export function hideAddresses(): void {
  const [, , command = ''] = process.argv;
  const hasAddress = process.argv.some(argument => /postgres(ql)?:\/\//i.test(argument));
  if (hasAddress) process.title = /^[a-z]+$/.test(command) ? `tune ${command}` : 'tune';
}
