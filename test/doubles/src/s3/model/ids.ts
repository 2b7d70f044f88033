import { createHmac, randomBytes } from 'node:crypto';

/** Makes and recognises the opaque strings that S3 gives out: it refuses what it did not make itself. */
export class Ids {
  readonly #secret = randomBytes(16);

  /** 32 characters, as version ids have. */
  version(): string {
    const head = randomBytes(12);
    return Buffer.concat([head, this.#mark(head).subarray(0, 12)]).toString('base64url');
  }

  isVersion(id: string): boolean {
    const bytes = Buffer.from(id, 'base64url');
    const head = bytes.subarray(0, 12);
    return bytes.length === 24 && bytes.subarray(12).equals(this.#mark(head).subarray(0, 12));
  }

  upload(): string {
    return randomBytes(48).toString('base64url');
  }

  /** Where a listing goes on, bound to that listing. */
  token(listing: string, last: string): string {
    const text = Buffer.from(last);
    const mark = this.#mark(`${listing}\0${last}`).subarray(0, 18);
    return Buffer.concat([mark, text]).toString('base64');
  }

  /** What a token stands for, or `undefined` if it is not one of this listing. */
  last(listing: string, token: string): string | undefined {
    const bytes = Buffer.from(token, 'base64');
    const last = bytes.subarray(18).toString();
    return this.token(listing, last) === token ? last : undefined;
  }

  #mark(text: string | Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(text).digest();
  }
}
