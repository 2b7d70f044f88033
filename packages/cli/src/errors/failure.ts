import { EXIT, EXIT_BY_CODE } from '../exit-codes.ts';
import { isCliError, messageOf } from './cli-error.ts';

/** How a command ended that did not succeed: what is printed, what `--json` holds, what the process returns. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
  /** The object concerned. */
  readonly key?: string;
  readonly exit: number;
  /** It ends the process on purpose and has nothing to say. */
  readonly silent: boolean;
}

/** Errors of the core and of drivers, by their brands: they can come from other copies of those packages. */
const BRANDS = ['dunnage.core-error.v1', 'dunnage.storage-error.v1'].map((name) =>
  Symbol.for(name),
);

/** Not `isCoreError`: that would load the collector just to say that a flag is misspelt. */
function isBranded(error: Error): error is Error & { code: string; advice?: string; key?: string } {
  return BRANDS.some((brand) => (error as unknown as Record<symbol, unknown>)[brand] === true);
}

/** What became of a command that threw. */
export function describeFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return unexpected('INTERNAL', String(thrown));
  if (isCliError(thrown) || isBranded(thrown)) return known(thrown);
  const oclif = (thrown as { oclif?: { exit?: number } }).oclif;
  if (oclif !== undefined) return fromOclif(thrown, oclif.exit);
  if (isSystemError(thrown)) return fromSystem(thrown);
  return unexpected('INTERNAL', messageOf(thrown));
}

function known(error: Error & { code: string; advice?: string; key?: string }): Failure {
  const { code, advice, key } = error;
  const { message, hint } = withoutOclifsWords(error.message);
  return {
    code,
    message: key === undefined || message.includes(key) ? message : `${message} (${key})`,
    ...advise(advice ?? hint),
    ...(key !== undefined && { key }),
    exit: exitOf(error),
    silent: false,
  };
}

function exitOf({ code, cause }: Error & { code: string }): number {
  // A listing that broke off is told by why it did: a store that can't be used is the environment's fault.
  if (code === 'LISTING_INCOMPLETE' && cause instanceof Error && isBranded(cause)) {
    return exitOf(cause);
  }
  return EXIT_BY_CODE[code as keyof typeof EXIT_BY_CODE] ?? EXIT.failed;
}

/** What oclif throws: wrong flags and arguments, `this.exit()`, errors of its plugins. */
function fromOclif(error: Error, exit: number | undefined): Failure {
  const code = (error as { code?: string }).code;
  const silent = code === 'EEXIT';
  // 127 is the shell's "command not found"; ours is a usage error like any other.
  const status = exit === undefined || exit === 127 ? EXIT.usage : exit;
  const { message, hint } = withoutOclifsWords(error.message);
  return {
    code: silent ? 'EXIT' : status === EXIT.usage ? 'USAGE' : (code ?? 'FAILED'),
    message,
    ...advise(hint),
    exit: status,
    silent,
  };
}

/** What the operating system refuses: a directory that can't be written, a disk that is full. */
function isSystemError(error: Error): error is NodeJS.ErrnoException {
  return 'syscall' in error && 'errno' in error;
}

function fromSystem({ message }: NodeJS.ErrnoException): Failure {
  return { code: 'SYSTEM', message, exit: EXIT.environment, silent: false };
}

/** While it parses, oclif writes its own words around an error's message, also around ours. */
function withoutOclifsWords(text: string): { message: string; hint: string | undefined } {
  const [message = '', ...rest] = text.split('\nSee more help with --help');
  return {
    message: message.replace(/^Parsing --\S+\s+/, ''),
    hint: rest.length === 0 ? undefined : 'See more help with --help.',
  };
}

function advise(advice: string | undefined): { advice?: string } {
  return advice === undefined ? {} : { advice };
}

function unexpected(code: string, message: string): Failure {
  return {
    code,
    message,
    advice:
      'This was not foreseen. Run it again with DEBUG=dunnage to see where it happened, and report it with that output.',
    exit: EXIT.failed,
    silent: false,
  };
}
