import { Buffer } from 'node:buffer';

/** What a writer can say of an object. All of it can be changed later without a new generation. */
export interface ObjectFacts {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly storageClass?: string;
  /** RFC 3339. */
  readonly customTime?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly temporaryHold?: boolean;
  readonly eventBasedHold?: boolean;
  readonly retention?: ObjectRetention;
}

/** Retention of a single object, in a bucket that allows it. */
export interface ObjectRetention {
  readonly mode: 'Locked' | 'Unlocked';
  /** RFC 3339. */
  readonly retainUntilTime: string;
}

/** One generation of an object: the live one, a noncurrent or a soft-deleted one. Times in milliseconds. */
export interface Generation {
  readonly bucket: string;
  readonly name: string;
  /** As text of a decimal number, as the API has it. */
  readonly generation: string;
  metageneration: number;
  readonly data: Buffer;
  /** None for composed objects. */
  readonly md5: string | undefined;
  readonly crc32c: string;
  /** Objects that it was composed of, components of components counted each. */
  readonly componentCount: number | undefined;
  facts: ObjectFacts;
  created: number;
  updated: number;
  /** When it was replaced or deleted, if it is noncurrent. */
  deleted: number | undefined;
  /** Set if it is soft-deleted: since when, and when it goes for good. */
  softDeleted: { readonly since: number; readonly until: number } | undefined;
  /** When the event-based hold was last released, from which the bucket's retention counts. */
  released: number | undefined;
}

/** The entity tag: generation and metageneration as a protocol buffer, in base64. */
export function etagOf({ generation, metageneration }: Generation): string {
  const bytes = [0x08, ...varint(BigInt(generation)), 0x10, ...varint(BigInt(metageneration))];
  return Buffer.from(bytes).toString('base64');
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}
