/** A server that runs until it is closed, on loopback and with nothing in it. */
export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a slash at its end. */
  readonly url: string;
  /** Ends its processes and removes what they left. */
  close(): Promise<void>;
}

/** A server that speaks S3. Buckets are in the path. */
export interface S3Server extends RunningServer {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server that speaks Google Cloud Storage. It wants no credentials. */
export interface GcsServer extends RunningServer {
  readonly projectId: string;
}

/** A server that speaks Azure Blob Storage. The account is the first part of each path. */
export interface AzureServer extends RunningServer {
  readonly account: string;
  readonly accountKey: string;
  readonly connectionString: string;
}

/** How to start a server. */
export interface StartOptions {
  /** Where it listens; default: a free port. */
  readonly port?: number | undefined;
  /** The address to which it is bound; default: loopback. `0.0.0.0` within a container. */
  readonly bind?: string | undefined;
}
