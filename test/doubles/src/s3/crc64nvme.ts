/** CRC-64/NVME, with which S3 checks what came without a checksum. Big-endian, as S3 carries it. */
export function crc64nvme(bytes: Buffer): Buffer {
  // In two halves: BigInt would take a hundred times as long.
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    const entry = (low ^ (bytes[index] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (LOW[entry] ?? 0);
    high = (high >>> 8) ^ (HIGH[entry] ?? 0);
  }
  const sum = Buffer.alloc(8);
  sum.writeUInt32BE(~high >>> 0, 0);
  sum.writeUInt32BE(~low >>> 0, 4);
  return sum;
}

/** The polynomial, bits reversed. */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const HIGH = new Uint32Array(256);
const LOW = new Uint32Array(256);

for (let byte = 0; byte < 256; byte++) {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
  HIGH[byte] = Number(value >> 32n);
  LOW[byte] = Number(value & 0xffffffffn);
}
