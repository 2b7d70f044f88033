import type { Meaning } from '@dunnage/driver-kit';

/** Headers of an answer, in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** What a store said when it refused a request. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';
  /** HTTP status; 200 where the refusal came in the body of an answer that had begun well. */
  readonly status: number | undefined;
  /** `NoSuchKey`, `SlowDown`, …; nothing where the answer has no body, as those to HEAD. */
  readonly code: string | undefined;
  /** What the store said for people. */
  readonly said: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: string | undefined;
  /** Where the bucket is, if the store told. */
  readonly region: string | undefined;
  /** The store's clock at the time of the answer. */
  readonly date: string | undefined;
  /** What it means in this case, where that is not what the table says. */
  readonly meaning: Meaning | undefined;

  constructor(facts: {
    readonly status?: number | undefined;
    readonly code?: string | undefined;
    readonly said?: string | undefined;
    readonly headers?: Headers | undefined;
    readonly region?: string | undefined;
    readonly meaning?: Meaning | undefined;
  }) {
    const { status, code, said, headers = {}, region, meaning } = facts;
    super([status, code, said].filter((part) => part !== undefined).join(' '));
    this.status = status;
    this.code = code;
    this.said = said;
    this.requestId = headers['x-amz-request-id'];
    this.retryAfter = headers['retry-after'];
    this.region = regionIn(headers['x-amz-bucket-region'] ?? region);
    this.date = headers['date'];
    this.meaning = meaning;
  }

  /** The same failure, meaning something else. */
  meaningThat(meaning: Meaning): S3Failure {
    const { status, code, said, region } = this;
    const headers: Headers = {
      'x-amz-request-id': this.requestId,
      'retry-after': this.retryAfter,
      date: this.date,
    };
    return new S3Failure({ status, code, said, region, headers, meaning });
  }
}

/** Longest part of a store's own words that is kept. */
const MOST_SAID = 300;

/** The failure that an answer tells of. */
export function failureIn(status: number, headers: Headers, body: string): S3Failure {
  return new S3Failure({
    status,
    headers,
    code: elementIn(body, 'Code'),
    said: elementIn(body, 'Message')?.slice(0, MOST_SAID),
    region: elementIn(body, 'Region'),
  });
}

/** The text of the first element of that name; error documents are flat. */
function elementIn(body: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1]?.trim();
  return text === '' ? undefined : text;
}

/** A region becomes part of a host name, so nothing else may pass for one. */
function regionIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9][a-z0-9-]{0,62}$/.test(text) ? text : undefined;
}
