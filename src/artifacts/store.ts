/** Where the files of a study are kept that outlive a machine: its data, and the weights and backups of its trials. */
export interface ArtifactStore {
  /** Its address, for people; without secrets. */
  readonly name: string;
  /**
   * Keeps a copy of a file, in place of what is there: others see all of it, or what was there before.
   * @throws TuneError STORAGE_FAILED or DISK_FULL
   */
  put(key: string, file: string): Promise<void>;
  /**
   * Writes it to a file, whole or not at all; false where there is none.
   * @throws TuneError STORAGE_FAILED or DISK_FULL
   */
  get(key: string, file: string): Promise<boolean>;
  /** @throws TuneError STORAGE_FAILED */
  has(key: string): Promise<boolean>;
  /**
   * Those that are not there count as deleted.
   * @throws TuneError STORAGE_FAILED
   */
  delete(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
