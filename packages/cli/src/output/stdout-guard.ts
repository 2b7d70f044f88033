type Write = typeof process.stdout.write;

let ours: Write | undefined;

/**
 * Keeps stdout for the command's own data: whatever else in this process writes to it (a plugin's forgotten
 * `console.log`) lands on stderr, so that `--json` stays one JSON document and a plan stays a plan.
 * @returns the real `write`, for our own data.
 */
export function claimStdout(): Write {
  if (ours === undefined) {
    ours = process.stdout.write.bind(process.stdout);
    process.stdout.write = process.stderr.write.bind(process.stderr);
  }
  return ours;
}

/**
 * A reader that went away (`| head`) is no reason for a stack trace: the rest is thrown away, and what the
 * command does to the storage goes on. Errors of a plan written to stdout still reach its writer.
 */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Settles when all that was written has left the process, or can't. */
export async function flushed(): Promise<void> {
  const write = ours ?? process.stdout.write.bind(process.stdout);
  await Promise.all([
    new Promise<void>((resolve) => write('', () => resolve())),
    new Promise<void>((resolve) => process.stderr.write('', () => resolve())),
  ]);
}
