import { gzipSync } from 'node:zlib';

const PARTITION_BITS = 6;

/**
 * A ring of one device, where all of its partitions are. Swift's own builder needs three runs of Python for each
 * ring, which is most of the time that a start takes.
 */
export function ringOfOne(device: string, port: number): Buffer {
  const ip = '127.0.0.1';
  const description = Buffer.from(
    JSON.stringify({
      byteorder: 'little',
      devs: [
        {
          ...{ id: 0, region: 1, zone: 1, weight: 1, device, meta: '' },
          ...{ ip, port, replication_ip: ip, replication_port: port },
        },
      ],
      part_shift: 32 - PARTITION_BITS,
      replica_count: 1,
      version: 1,
    }),
  );
  const head = Buffer.alloc(10);
  head.write('R1NG');
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(description.length, 6);
  // The number of its device, 0, for each partition.
  const partitions = Buffer.alloc(2 * 2 ** PARTITION_BITS);
  return gzipSync(Buffer.concat([head, description, partitions]));
}
