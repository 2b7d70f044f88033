import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/** Records are stored in segments of about this size, each with its own checksum. */
export const SEGMENT_BYTES = 1 << 20;
const HEADER_BYTES = 4 + 32;

/** Length and SHA-256 in front of `payload`. */
export function frame(payload: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(payload.length);
  return Buffer.concat([header, hash('sha256', payload, 'buffer'), payload]);
}

/** The payloads in a stream of framed segments. It ends silently at the first that is cut off or damaged. */
export async function* unframe(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0);
  for await (const chunk of bytes) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + pending.readUInt32LE(0);
      if (end > HEADER_BYTES + 2 * SEGMENT_BYTES) return;
      if (pending.length < end) break;
      const payload = pending.subarray(HEADER_BYTES, end);
      if (!hash('sha256', payload, 'buffer').equals(pending.subarray(4, HEADER_BYTES))) return;
      yield payload;
      pending = pending.subarray(end);
    }
  }
}
