import { ALGORITHMS, checksumElement, checksumHeader } from '../checksums.ts';
import type { Checksum, ChecksumAlgorithm } from '../checksums.ts';
import { S3Fault, invalidRequest } from '../errors.ts';
import type { Part, Upload } from '../model/upload.ts';
import { malformed, readXml, textOf } from '../wire/xml-read.ts';
import type { Element } from '../wire/xml-read.ts';
import { headerOf } from './call.ts';
import type { ObjectCall } from './call.ts';
import { unquote } from './conditions.ts';
import { receive } from './receive.ts';

/** The parts that a completion names. @throws what S3 answers when they are not those that were uploaded */
export function chosenParts(call: ObjectCall, upload: Upload): Part[] {
  const { bytes } = receive(call);
  if (bytes.length === 0) throw invalidRequest('You must specify at least one part');
  const root = readXml(bytes, 'CompleteMultipartUpload');
  const elements = root.children.filter(({ name }) => name === 'Part');
  if (elements.length === 0) throw malformed();
  const parts = elements.map((element) => partOf(element, upload));
  const disordered = parts.some(({ number }, index) => number <= (parts[index - 1]?.number ?? 0));
  if (!disordered) return parts;
  throw new S3Fault('InvalidPartOrder', { fields: { UploadId: upload.id } });
}

function partOf(element: Element, upload: Upload): Part {
  const number = Number(textOf(element, 'PartNumber') ?? Number.NaN);
  const etag = textOf(element, 'ETag');
  if (Number.isNaN(number) || etag === undefined) throw malformed();
  const part = upload.parts.get(number);
  const invalid = new S3Fault('InvalidPart', {
    fields: { UploadId: upload.id, PartNumber: String(number), ETag: unquote(etag) },
  });
  if (part === undefined || part.etag !== unquote(etag)) throw invalid;
  const claimed = ALGORITHMS.flatMap((algorithm) => {
    const value = textOf(element, checksumElement(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  checkPartChecksum(upload, number, part, claimed, invalid);
  return part;
}

function checkPartChecksum(
  { checksum: chosen }: Upload,
  number: number,
  part: Part,
  claimed: readonly { readonly algorithm: ChecksumAlgorithm; readonly value: string }[],
  invalid: S3Fault,
): void {
  // Without a choice S3 keeps no checksums of parts, and finds none that could match.
  if (claimed.some(({ algorithm }) => algorithm !== chosen?.algorithm)) throw invalid;
  if (chosen === undefined) return;
  const [given] = claimed;
  const name = chosen.algorithm.toLowerCase();
  if (given === undefined && chosen.type === 'COMPOSITE') {
    throw invalidRequest(
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  if (given !== undefined && given.value !== part.checksum) throw invalid;
}

/** Compares the checksum that a completion claims for the object. @throws InvalidRequest, BadDigest */
export function checkClaimedChecksum(call: ObjectCall, upload: Upload, checksum: Checksum): void {
  const type = headerOf(call, 'x-amz-checksum-type')?.toUpperCase();
  if (type !== undefined && type !== upload.checksum?.type) {
    const mode = upload.checksum?.type ?? 'null';
    throw invalidRequest(
      `The upload was created using the ${mode} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const claimed = headerOf(call, checksumHeader(checksum.algorithm));
  if (claimed === undefined || claimed === checksum.value) return;
  throw new S3Fault('BadDigest', {
    message: `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  });
}
