import type { S3Settings } from './config.ts';

/** Names in the bucket that can't be keys: placeholders of directories, names with empty segments. */
export class Hidden {
  readonly #settings: S3Settings;
  #told = false;

  constructor(settings: S3Settings) {
    this.#settings = settings;
  }

  /** They are never objects and never deleted; the user is told once. */
  found(name: string): void {
    if (this.#told) return;
    this.#told = true;
    const { bucket, warn } = this.#settings;
    warn(
      `the bucket ${bucket} has objects whose names no registry uses, such as ${JSON.stringify(name)}: they are left alone`,
    );
  }
}
