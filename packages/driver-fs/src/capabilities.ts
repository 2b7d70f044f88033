import { lstatSync, opendirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Capabilities, OpOptions } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { toStorageError } from './errors.ts';
import { MAX_PAGE_SIZE } from './list.ts';
import { MAX_SEGMENT_BYTES, maxKeyBytes, pathOf } from './paths.ts';
import { CHECKSUMS } from './put/content.ts';

const OP = 'capabilities';

/**
 * File systems by `f_type`, as Linux knows them (and macOS and the BSDs do not: there each is taken
 * for a plain local one).
 */
const NETWORK: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x00c36400, // Ceph
  0x01021997, // 9P
  0x0bd00bd0, // Lustre
  0x19830326, // BeeGFS
  0x47504653, // GPFS
  0x65735546, // FUSE: GlusterFS, s3fs, sshfs, …
  0x5346414f, // AFS
]);
const SNAPSHOTS: ReadonlySet<number> = new Set([
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
]);

/** FAT's times are even seconds; it has the coarsest in use. */
const COARSE_MS = 2000;
/** Linux dates files by its tick: 10 ms at most, whatever the file system could keep. */
const FINE_MS = 10;
/** Entries of the root that are tried to find out about upper and lower case. */
const TRIES = 16;

/** Finds out by reading alone, with a few calls. */
export async function capabilities(
  client: Client,
  { signal }: OpOptions = {},
): Promise<Capabilities> {
  client.check(OP, signal);
  const { path } = await client.race(OP, signal, undefined, client.root(OP));
  try {
    const { type } = await client.race(OP, signal, undefined, statfs(path));
    return describe(path, type);
  } catch (error) {
    throw toStorageError(error, OP);
  }
}

function describe(root: string, type: number): Capabilities {
  // Another host's changes are seen when this one's attribute cache ends, after seconds.
  const consistency = NETWORK.has(type) ? 'eventual' : 'strong';
  return {
    list: {
      order: 'utf8-bytes',
      startAfter: true,
      resumableCursor: true,
      afterWrite: consistency,
      afterDelete: consistency,
      maxPageSize: MAX_PAGE_SIZE,
      etagInListing: true,
      checksumsInListing: [],
    },
    read: { afterWrite: consistency, ifMatch: true },
    put: { atomic: true, ifAbsent: true, ifMatch: true, checksums: CHECKSUMS },
    delete: {
      batchMax: 1,
      reportsMissing: true,
      ifMatch: true,
      freesSpace: SNAPSHOTS.has(type) ? 'unknown' : 'immediately',
    },
    versions: 'none',
    retention: 'none',
    keys: {
      maxBytes: maxKeyBytes(root),
      maxSegmentBytes: MAX_SEGMENT_BYTES,
      caseSensitive: isCaseSensitive(root),
      normalizes: process.platform === 'linux' ? 'none' : 'unknown',
      objectAndPrefixMayCoexist: false,
    },
    emptyDirectories: true,
    modifiedResolutionMs: hasFineTimes(root) ? FINE_MS : COARSE_MS,
    shared: true,
  };
}

/**
 * The root's own change time, which no program can set, is a whole second on a file system that keeps
 * no finer ones, and otherwise hardly ever.
 */
function hasFineTimes(root: string): boolean {
  return lstatSync(root, { bigint: true }).ctimeNs % 1_000_000_000n !== 0n;
}

/** Asks for a few names of the root in other letters; without any, goes by the operating system. */
function isCaseSensitive(root: string): boolean {
  const directory = opendirSync(root);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const name = directory.readSync()?.name;
      if (name === undefined) break;
      const other = swapCase(name);
      if (other === name) continue;
      const found = lstatSync(pathOf(root, other), { throwIfNoEntry: false });
      return found === undefined || found.ino !== lstatSync(pathOf(root, name)).ino;
    }
  } finally {
    directory.closeSync();
  }
  return process.platform !== 'darwin';
}

function swapCase(name: string): string {
  const upper = name.toUpperCase();
  return upper === name ? name.toLowerCase() : upper;
}
