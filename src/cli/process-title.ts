/** What a list of processes shows of this one: no address of a database, which may have a password. */
export function hideAddresses(): void {
  const [, , command = ''] = process.argv;
  const isAddress = (argument: string): boolean => /postgres(ql)?:\/\//i.test(argument);
  if (process.argv.some(isAddress)) process.title = isAddress(command) ? 'tune' : `tune ${command}`;
}
