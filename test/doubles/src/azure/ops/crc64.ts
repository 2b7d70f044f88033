/** The service's CRC-64: reflected, polynomial 0x9A6C9329AC4BC9B5, all ones before and after. Kept in halves. */
const table = makeTable();

/** Base64 of the checksum's eight bytes, the lowest first. */
export function crc64(bytes: Uint8Array): string {
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of bytes) {
    const index = ((low ^ byte) & 0xff) * 2;
    low = ((low >>> 8) | (high << 24)) ^ (table[index] ?? 0);
    high = (high >>> 8) ^ (table[index + 1] ?? 0);
  }
  const sum = Buffer.alloc(8);
  sum.writeUInt32LE(~low >>> 0, 0);
  sum.writeUInt32LE(~high >>> 0, 4);
  return sum.toString('base64');
}

function makeTable(): Uint32Array {
  const polynomial = 0x9a6c9329ac4bc9b5n;
  const made = new Uint32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    }
    made[byte * 2] = Number(value & 0xffffffffn);
    made[byte * 2 + 1] = Number(value >> 32n);
  }
  return made;
}
