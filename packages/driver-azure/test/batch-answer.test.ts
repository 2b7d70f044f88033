import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AnonymousCredential, ContainerClient, newPipeline } from '@azure/storage-blob';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { partsOfBatch } from '../dist/batch-answer.js';

const BOUNDARY = 'batchresponse_66925647-d0cb-4109-b6d3-28efe3e1e5ed';
const TYPE = `multipart/mixed; boundary=${BOUNDARY}`;

/** Answers every request with this. */
let body = '';
const server = createServer((_, response) => {
  response.writeHead(202, { 'content-type': TYPE }).end(body);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => void server.once('listening', resolve));
afterAll(() => void server.close());
const { port } = server.address() as AddressInfo;
const sdk = new ContainerClient(
  `http://127.0.0.1:${port}/account/container`,
  newPipeline(new AnonymousCredential(), { retryOptions: { maxTries: 1 } }),
);

interface Part {
  readonly status: number;
  readonly code: string | undefined;
  readonly permanent: boolean | undefined;
}

const REASONS: Readonly<Record<number, string>> = {
  202: 'Accepted',
  404: 'Not Found',
  409: 'X: Y',
};

/** As the service writes them. */
function bodyOf(parts: readonly Part[], order: readonly number[]): string {
  const texts = order.map((id) => {
    const { status, code, permanent } = parts[id] ?? { status: 0 };
    const xml =
      code === undefined
        ? []
        : [
            '',
            `\uFEFF<?xml version="1.0" encoding="utf-8"?>`,
            `<Error><Code>${code}</Code></Error>`,
          ];
    return [
      `--${BOUNDARY}`,
      'Content-Type: application/http',
      `Content-ID: ${id}`,
      '',
      `HTTP/1.1 ${status} ${REASONS[status] ?? 'Some reason.'}`,
      ...(code === undefined ? [] : [`x-ms-error-code: ${code}`]),
      ...(permanent === undefined ? [] : [`x-ms-delete-type-permanent: ${permanent}`]),
      'x-ms-request-id: 778fdc83-801e-0000-62ff-0334671e2852',
      'Server: Windows-Azure-Blob/1.0',
      ...xml,
      '',
    ].join('\r\n');
  });
  return `${texts.join('\r\n')}\r\n--${BOUNDARY}--`;
}

const part: fc.Arbitrary<Part> = fc.record({
  status: fc.constantFrom(202, 403, 404, 409, 412, 500),
  code: fc.option(fc.constantFrom('BlobNotFound', 'LeaseIdMissing'), { nil: undefined }),
  permanent: fc.option(fc.boolean(), { nil: undefined }),
});

const answered = fc
  .array(part, { minLength: 1, maxLength: 12 })
  .chain((parts) =>
    fc.tuple(
      fc.constant(parts),
      fc.shuffledSubarray([...parts.keys()], { minLength: parts.length }),
    ),
  );

it('reads what the SDK reads in the answer to a batch', async () => {
  await fc.assert(
    fc.asyncProperty(answered, async ([parts, order]) => {
      body = bodyOf(parts, order);
      const batch = sdk.getBlobBatchClient().createBatch();
      for (const n of parts.keys()) await batch.deleteBlob(sdk.getBlobClient(`b${n}`));
      const { subResponses } = await sdk.getBlobBatchClient().submitBatch(batch);
      const ours = partsOfBatch(body, TYPE, parts.length);
      const seen = (answers: readonly { status: number; code: string | undefined }[]): unknown =>
        answers.map(({ status, code }) => [status, code]);
      expect(
        seen(
          ours.map((each) => ({ status: each?.status ?? 0, code: each?.get('x-ms-error-code') })),
        ),
      ).toEqual(seen(subResponses.map(({ status, errorCode }) => ({ status, code: errorCode }))));
      expect(ours.map((each) => each?.get('X-Ms-Delete-Type-Permanent'))).toEqual(
        parts.map(({ permanent }) => (permanent === undefined ? undefined : String(permanent))),
      );
    }),
    { numRuns: 200 },
  );
});

it('knows nothing of what is left out, cut off, or told twice', () => {
  fc.assert(
    fc.property(answered, fc.double({ min: 0, max: 1, noNaN: true }), ([parts, order], share) => {
      const whole = bodyOf(parts, order);
      const cut = partsOfBatch(
        whole.slice(0, Math.floor(whole.length * share)),
        TYPE,
        parts.length,
      );
      for (const [id, answer] of cut.entries()) {
        if (answer !== undefined) expect(answer.status).toBe(parts[id]?.status);
      }
    }),
    { numRuns: 500 },
  );
  const parts: Part[] = [202, 404].map((status) => ({ status, code: undefined, permanent: true }));
  const statuses = (text: string, type = TYPE): unknown =>
    partsOfBatch(text, type, 2).map((answer) => answer?.status);
  expect(statuses(bodyOf(parts, [1]))).toEqual([undefined, 404]);
  expect(statuses(bodyOf(parts, [0, 1, 0]))).toEqual([undefined, 404]);
  expect(statuses(bodyOf(parts, [0, 1]), 'text/html')).toEqual([undefined, undefined]);
  expect(statuses(bodyOf(parts, [0, 1]).replace('Content-ID: 0', 'Content-ID: 7'))).toEqual([
    undefined,
    404,
  ]);
  expect(statuses('')).toEqual([undefined, undefined]);
});
