import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

type Paint = (text: string) => string;

/** Colours text for one stream, or leaves it as it is. */
export interface Style {
  readonly coloured: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
}

/** Colour only where a person looks: on a terminal, unless NO_COLOR, `--no-color` or TERM=dumb say no. */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): Style {
  const refused =
    (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' || argv.includes('--no-color');
  const forced = !['', '0', 'false'].includes(env['FORCE_COLOR'] ?? '');
  const coloured = !refused && (forced || stream.isTTY === true);
  const paint =
    (format: Format): Paint =>
    (text) =>
      coloured ? styleText(format, text, { validateStream: false }) : text;
  return {
    coloured,
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    yellow: paint('yellow'),
    green: paint('green'),
    cyan: paint('cyan'),
  };
}
