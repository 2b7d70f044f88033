import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** Both as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate of its own authority for `localhost` and 127.0.0.1, good for a few days around now. */
export function selfSigned(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(object('1.2.840.10045.4.3.2'));
  const name = sequence(set(sequence(object('2.5.4.3'), tagged(0x0c, Buffer.from('localhost')))));
  const day = 86_400_000;
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(Date.now() - day), time(Date.now() + 7 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(alternativeNames())),
  );
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey);
  const bits = tagged(0x03, Buffer.concat([Buffer.from([0]), signature]));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(toBeSigned, algorithm, bits)),
  };
}

function alternativeNames(): Buffer {
  const names = sequence(
    tagged(0x82, Buffer.from('localhost')),
    tagged(0x82, Buffer.from('*.localhost')),
    tagged(0x87, Buffer.from([127, 0, 0, 1])),
  );
  return sequence(object('2.5.29.17'), tagged(0x04, names));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/\D/gu, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function object(identifier: string): Buffer {
  const [first = 0, second = 0, ...rest] = identifier.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(groups)]));
}

/** Seven bits a byte, the highest first. */
function groups(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}
