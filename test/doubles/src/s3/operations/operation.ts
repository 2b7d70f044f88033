/** How a request of an operation looks, and who may send it. */
export interface Operation<Run> {
  /** As AWS calls it. */
  readonly name: string;
  readonly method: string;
  /** The parameter that tells it from others of the same method. */
  readonly by: string | undefined;
  readonly run: Run;
  readonly traits: Traits;
}

interface Traits {
  /** What IAM calls the right to it, if not by its own name; `null`: it is judged key by key. */
  readonly action?: string | null;
  /** The right to it where a version is named. */
  readonly versionAction?: string;
  /** Only general purpose buckets have it, directory buckets do not. */
  readonly general?: boolean;
  /** It has x-amz-copy-source, which tells it from the one without. */
  readonly copies?: boolean;
}

/** @param form method and, if any, the parameter: `GET ?versioning` */
export function operation<Run>(
  form: string,
  name: string,
  run: Run,
  traits: Traits = {},
): Operation<Run> {
  const [method = '', by] = form.split(' ?');
  return { name, method, by, run, traits };
}

/** The right that a request needs. */
export function actionOf(
  { name, traits }: Operation<unknown>,
  namesVersion: boolean,
): string | undefined {
  if (traits.action === null) return undefined;
  const action = traits.action ?? `s3:${name}`;
  return namesVersion ? (traits.versionAction ?? action) : action;
}

/** What a request asks for; `undefined` when the double has no such operation. */
export function findOperation<Run>(
  operations: readonly Operation<Run>[],
  { method, query, headers }: AskedFor,
): Operation<Run> | undefined {
  const names = [...query.keys()].filter((name) => SUBRESOURCES.has(name));
  const copies = 'x-amz-copy-source' in headers;
  return operations.find(
    (candidate) =>
      candidate.method === method &&
      (candidate.traits.copies !== true || copies) &&
      (candidate.by === undefined ? names.length === 0 : names.includes(candidate.by)),
  );
}

interface AskedFor {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: object;
}

/** Parameters that ask for an operation of their own, even for one that the double does not have. */
const SUBRESOURCES = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold
  lifecycle list-type location logging metrics notification object-lock ownershipControls partNumber
  policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention
  select session tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
);
