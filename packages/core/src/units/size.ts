import bytes from 'bytes-iec';
import prettyBytes from 'pretty-bytes';
import { CoreError } from '../errors.ts';

const SIZE = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>(?:[kmgtpe]i?)?b)?$/i;
const PERCENT = /^(?<number>\d+(?:\.\d+)?)\s*%$/;

/** `10GB`, `512MiB`, `1.5 TB`, `1024` → bytes; `20%` of `total`, where one is given. @throws {CoreError} `INVALID_OPTION`. */
export function parseSize(text: string, total?: number): number {
  const trimmed = text.trim();
  const share = PERCENT.exec(trimmed)?.groups?.['number'];
  if (share !== undefined) return shareOf(text, Number(share), total);
  const { number, unit = 'B' } = SIZE.exec(trimmed)?.groups ?? {};
  // The library knows the units; it rounds 2.3TB down to a byte less, so the product is ours.
  const size = Number(number) * (bytes.parse(`1${unit}`) ?? Number.NaN);
  const whole = Math.round(size);
  const isPartOfByte = whole !== size && /^b$/i.test(unit);
  if (!Number.isSafeInteger(whole) || isPartOfByte) throw invalid(text, total);
  return whole;
}

/** Bytes → `1.2 GB` (decimal units, one concept everywhere). */
export function formatBytes(count: number): string {
  return prettyBytes(count);
}

function shareOf(text: string, percent: number, total: number | undefined): number {
  if (total === undefined || percent > 100) throw invalid(text, total);
  return Math.floor((total * percent) / 100);
}

function invalid(text: string, total: number | undefined): CoreError {
  const shares =
    total === undefined
      ? '; a share (%) has no total here to be taken of'
      : '; or a share from 0% to 100%, such as 20%';
  return new CoreError({
    code: 'INVALID_OPTION',
    message: `${JSON.stringify(text)} is not a size: give bytes, or a number with a unit, such as 1024, 10GB (10^10), 512MiB (2^29), 1.5TB${shares}`,
  });
}
