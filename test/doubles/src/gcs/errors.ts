/** An error answer of the service: what a client reads in `error.errors[0]`. */
export class GcsError extends Error {
  readonly status: number;
  readonly reason: string;
  /** What part of the request is at fault. */
  readonly location: Location | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    reason: string,
    message: string,
    location?: Location,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.location = location;
    this.headers = headers;
  }

  /** The answer's body in the JSON API. */
  toJSON(): object {
    const { status, message, reason, location } = this;
    const detail = { message, domain: 'global', reason, ...location };
    return { error: { code: status, message, errors: [detail] } };
  }
}

interface Location {
  readonly locationType: 'parameter' | 'header' | 'other';
  readonly location: string;
}

/** 400 `invalid`: a value of the request can't be used. */
export function invalid(message: string, parameter?: string): GcsError {
  return new GcsError(400, 'invalid', message, parameterAt(parameter));
}

/** 400 `required`: a parameter is missing. */
export function required(parameter: string): GcsError {
  return new GcsError(400, 'required', 'Required', parameterAt(parameter));
}

/** 404 for a bucket: the same reason as for an object, told apart by the message alone. */
export function bucketMissing(): GcsError {
  return new GcsError(404, 'notFound', 'The specified bucket does not exist.');
}

/** 404 for an object or one of its generations. */
export function objectMissing(bucket: string, name: string, generation?: string): GcsError {
  const version = generation === undefined ? '' : `#${generation}`;
  return new GcsError(404, 'notFound', `No such object: ${bucket}/${name}${version}`);
}

/** 404 for a path or method that the API does not have. */
export function routeMissing(): GcsError {
  return new GcsError(404, 'notFound', 'Not Found');
}

/** 412: a precondition does not hold. */
export function conditionNotMet(): GcsError {
  const message = 'At least one of the pre-conditions you specified did not hold.';
  const location = { locationType: 'header', location: 'If-Match' } as const;
  return new GcsError(412, 'conditionNotMet', message, location);
}

/** 304: a read's precondition says that the client has it already. The answer has no body. */
export function notModified(): GcsError {
  return new GcsError(304, 'notModified', 'Not Modified');
}

function parameterAt(parameter: string | undefined): Location | undefined {
  return parameter === undefined ? undefined : { locationType: 'parameter', location: parameter };
}
