import { fileURLToPath } from 'node:url';
import { run, settings } from '@oclif/core';
import { describeFailure } from './errors/failure.ts';
import { EXIT } from './exit-codes.ts';
import { failureText } from './output/failure-text.ts';
import { flushed, tolerateClosedPipes } from './output/stdout-guard.ts';
import { styleFor } from './output/style.ts';
import { columnsOf } from './output/wrap.ts';

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: string[]): Promise<never> {
  // What is built is what runs, in tests and development as for users.
  settings.enableAutoTranspile = false;
  tolerateClosedPipes();
  tellWarningsInWords(argv);
  try {
    await run(argv, { root: fileURLToPath(new URL('..', import.meta.url)) });
  } catch (error) {
    process.exitCode = tell(error, argv);
  }
  await flushed();
  // Not left to the event loop: a plugin's hook that hangs, or its timers, must not keep us here.
  process.exit(process.exitCode ?? EXIT.done);
}

function tell(error: unknown, argv: readonly string[]): number {
  const failure = describeFailure(error);
  if (failure.silent) return failure.exit;
  const style = styleFor(process.stderr, process.env, argv);
  console.error(failureText(failure, style, columnsOf(process.stderr)));
  const debugging = /(^|[,\s])(\*|dunnage)/.test(process.env['DEBUG'] ?? '');
  if (debugging && error instanceof Error) console.error(error);
  return failure.exit;
}

/** oclif reports a plugin it can't load as a process warning; Node would print that with its process id. */
function tellWarningsInWords(argv: readonly string[]): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (argv.includes('-q') || argv.includes('--quiet')) return;
    const style = styleFor(process.stderr, process.env, argv);
    const name = warning.name === 'Warning' || warning.name === 'Error' ? '' : `${warning.name}: `;
    console.error(`${style.yellow('Warning:')} ${name}${warning.message}`);
  });
}
