import type { RunningServer } from '../shared/server.ts';

/** A request as the double read it, before it was answered. */
export interface SeenRequest {
  readonly method: string;
  /** Path as sent, with the account in front where the client puts it there; still percent-encoded. */
  readonly path: string;
  /** Names in lower case, values decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Paths of the parts, when this is a batch. */
  readonly parts?: readonly string[];
}

export interface AzureDoubleOptions {
  readonly account?: string;
  /** Base64, as the portal shows it. */
  readonly key?: string;
  /** The only bearer token that is let in; without it none is. */
  readonly token?: string;
  /** Hierarchical namespace: directories are entries of their own. */
  readonly hns?: boolean;
  readonly versioning?: boolean;
  /** Soft delete of blobs; 0 (the default) is off. */
  readonly softDeleteDays?: number;
  /** Milliseconds since 1970, for all that is stored and all `Date` headers. Credentials go by the real time. */
  readonly clock?: () => number;
  /** How many answers about a copy say `pending` before it is done; 0 (the default) copies at once. */
  readonly pendingCopyAnswers?: number;
  /** Pages of a listing come short or even empty, with a marker: the service does so where its partitions end. */
  readonly sparsePages?: boolean;
  /** Speaks HTTPS; bearer tokens need it in the SDK. The certificate is on the handle. */
  readonly tls?: boolean;
  readonly onRequest?: (request: SeenRequest) => void;
}

/** What only the management plane of the service can set. */
export interface ContainerSettings {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Blobs can't be changed or deleted for this many days after they were created. */
  readonly immutableDays?: number;
  readonly legalHold?: boolean;
  /** Lets single versions have a policy of their own. */
  readonly versionLevelImmutability?: boolean;
}

/** Facts of a blob that is put in place without HTTP. */
export interface BlobFacts {
  readonly type?: 'BlockBlob' | 'AppendBlob';
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Stored without an MD5, as Put Block List does. */
  readonly noMd5?: boolean;
  /** Milliseconds since 1970. */
  readonly modified?: number;
  /** Until when it can't be changed, in milliseconds since 1970. */
  readonly immutableUntil?: number;
  readonly legalHold?: boolean;
  /** An endless lease with this id. */
  readonly leaseId?: string;
}

/** What is stored under one name and can be seen without asking for more. */
export interface StoredBlob {
  readonly name: string;
  readonly bytes: Buffer;
  /** With quotes, as headers have it. */
  readonly etag: string;
  readonly modified: number;
  readonly type: string;
  readonly directory: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly versionId: string | undefined;
  /** States of the blob that are kept beside it: older versions, snapshots, deleted ones. */
  readonly kept: number;
}

export interface AzureContainerHandle {
  readonly name: string;
  /** `url` of the double with the account and the container. */
  readonly url: string;
  put(name: string, bytes: Uint8Array | string, facts?: BlobFacts): StoredBlob;
  /** Leaves blocks that no blob was made of yet. */
  stage(name: string, blockId: string, bytes: Uint8Array | string): void;
  snapshot(name: string): string;
  /** HNS only. */
  directory(name: string): void;
  /** Removes it with all that is kept of it, whatever forbids that. */
  remove(name: string): void;
  /** Sets when it was last written, in milliseconds since 1970; its etag stays. */
  touch(name: string, modifiedMs: number): void;
  /** Names that a plain listing would show, directories among them, in its order. */
  names(): string[];
  object(name: string): StoredBlob | undefined;
  /** Blobs that a plain listing would show. */
  readonly size: number;
  /** All bytes that are paid for: snapshots, versions, soft-deleted blobs and uncommitted blocks too. */
  readonly storedBytes: number;
}

export interface AzureDouble extends RunningServer {
  readonly account: string;
  readonly key: string;
  /** `url` with the account, where a client for the whole service starts. */
  readonly endpoint: string;
  readonly connectionString: string;
  /** PEM of the certificate, with `tls`. */
  readonly certificate: string | undefined;
  /** The container of that name, made when there is none. */
  container(name: string, settings?: ContainerSettings): AzureContainerHandle;
  /** Changes what the account does from now on. */
  configure(settings: { readonly versioning?: boolean; readonly softDeleteDays?: number }): void;
}
