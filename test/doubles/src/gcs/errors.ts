/** An error answer of the service: what a client reads in `error.errors[0]`. */
export class GcsError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly #more: More;

  constructor(status: number, reason: string, message: string, more: More = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.#more = more;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#more.headers ?? {};
  }

  /** Whether the answer is text in the JSON API too. */
  get plain(): boolean {
    return this.#more.plain ?? false;
  }

  /** Code and message in the XML API, which has words of its own for some errors. */
  get xml(): { readonly code: string; readonly message: string } {
    return (
      this.#more.xml ?? { code: XML_CODES[this.reason] ?? 'InvalidArgument', message: this.message }
    );
  }

  /** The answer's body in the JSON API. */
  toJSON(): object {
    const { status, message, reason } = this;
    const { parameter, header } = this.#more;
    const detail = {
      message,
      domain: 'global',
      reason,
      ...(parameter === undefined ? {} : { locationType: 'parameter', location: parameter }),
      ...(header === undefined ? {} : { locationType: 'header', location: header }),
    };
    return { error: { code: status, message, errors: [detail] } };
  }
}

interface More {
  /** The parameter, or header, at fault. */
  readonly parameter?: string;
  readonly header?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly plain?: boolean;
  readonly xml?: { readonly code: string; readonly message: string };
}

/** Codes of the XML API for reasons of the JSON API. */
const XML_CODES: Readonly<Record<string, string>> = {
  required: 'AuthenticationRequired',
  authError: 'AuthenticationRequired',
  forbidden: 'AccessDenied',
  conditionNotMet: 'PreconditionFailed',
  notImplemented: 'NotImplemented',
};

/** 400 `invalid`: a value of the request can't be used. */
export function invalid(message: string, parameter?: string): GcsError {
  return new GcsError(400, 'invalid', message, parameter === undefined ? {} : { parameter });
}

/** 400 `required`: a parameter is missing. */
export function required(parameter: string): GcsError {
  return new GcsError(400, 'required', `Required parameter: ${parameter}`, { parameter });
}

/** 404 for a bucket: the same reason as for an object, told apart by the message alone. */
export function bucketMissing(): GcsError {
  const message = 'The specified bucket does not exist.';
  return new GcsError(404, 'notFound', message, { xml: { code: 'NoSuchBucket', message } });
}

/** 404 for an object or one of its generations. */
export function objectMissing(bucket: string, name: string, generation?: string): GcsError {
  const version = generation === undefined ? '' : `#${generation}`;
  return new GcsError(404, 'notFound', `No such object: ${bucket}/${name}${version}`, {
    xml: { code: 'NoSuchKey', message: 'The specified key does not exist.' },
  });
}

/** 404 for a path that the API does not have. */
export function routeMissing(): GcsError {
  return new GcsError(404, 'notFound', 'Not Found');
}

/** 412: a precondition does not hold. */
export function conditionNotMet(): GcsError {
  const message = 'At least one of the pre-conditions you specified did not hold.';
  return new GcsError(412, 'conditionNotMet', message, { header: 'If-Match' });
}

/** 304: there is what the client said should not be. The answer has no body. */
export function notModified(): GcsError {
  return new GcsError(304, 'notModified', 'Not Modified');
}

/** 501: the service can do it, this double can't. Better than an answer that is not the service's. */
export function notCovered(what: string): GcsError {
  return new GcsError(501, 'notImplemented', `The double does not cover ${what}.`);
}
