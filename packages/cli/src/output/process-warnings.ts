import type { Style } from './style.ts';

/**
 * Tells Node's process warnings in a line each: oclif reports so what plugins it can't load, and Node would
 * print them with its process id, or a dump of oclif's options.
 */
export function tellProcessWarnings(style: Style, quiet: boolean): void {
  process.removeAllListeners('warning');
  if (quiet) return;
  process.on('warning', (warning) => {
    process.stderr.write(`${style.yellow('Warning:')} ${inWords(warning)}\n`);
  });
}

function inWords({ name, message }: Error): string {
  // How oclif marks what went wrong while it loaded the plugins.
  if (!/ Plugin: /.test(name)) return message;
  const missing = /could not find package\.json with \{[^}]*\bname: '([^']+)'/.exec(message)?.[1];
  return missing === undefined
    ? `a plugin could not be loaded: ${message}. "dunnage plugins" lists them; unlink or uninstall the broken one.`
    : `the plugin ${missing} is gone. Install it again (dunnage plugins install ${missing}), or remove it (dunnage plugins uninstall ${missing}).`;
}
