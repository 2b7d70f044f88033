import { fileURLToPath } from 'node:url';
import { run, settings } from '@oclif/core';
import { describeFailure } from './errors/failure.ts';
import { EXIT } from './exit-codes.ts';
import { failureText } from './output/failure-text.ts';
import { tellProcessWarnings } from './output/process-warnings.ts';
import { flushed, tolerateClosedPipes } from './output/stdout-guard.ts';
import { styleFor, type Style } from './output/style.ts';
import { columnsOf } from './output/wrap.ts';

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: string[]): Promise<never> {
  // What is built is what runs, in tests and development as for users.
  settings.enableAutoTranspile = false;
  tolerateClosedPipes();
  const style = styleFor(process.stderr, process.env, argv);
  tellProcessWarnings(style, argv.includes('-q') || argv.includes('--quiet'));
  try {
    await run(argv, { root: fileURLToPath(new URL('..', import.meta.url)) });
  } catch (error) {
    process.exitCode = tell(error, style);
  }
  await flushed();
  // Not left to the event loop: a plugin's hook that hangs, or its timers, must not keep us here.
  process.exit(process.exitCode ?? EXIT.done);
}

function tell(error: unknown, style: Style): number {
  const failure = describeFailure(error);
  if (failure.silent) return failure.exit;
  console.error(failureText(failure, style, columnsOf(process.stderr)));
  const debugging = /(^|[,\s])(\*|dunnage)/.test(process.env['DEBUG'] ?? '');
  if (debugging && error instanceof Error) console.error(error);
  return failure.exit;
}
