import type { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { DeserializeMiddleware, Provider } from '@smithy/types';
import { checkAnswer, collect, refusal } from './answer.ts';
import type { S3Settings } from './config.ts';
import type { Http } from './http.ts';
import { contentMd5 } from './md5.ts';

/** Root elements of the answers that have a body, by what was asked. */
const ROOTS: Readonly<Record<string, string>> = {
  ListObjectsV2Command: 'ListBucketResult',
  ListObjectVersionsCommand: 'ListVersionsResult',
  ListMultipartUploadsCommand: 'ListMultipartUploadsResult',
  DeleteObjectsCommand: 'DeleteResult',
  CopyObjectCommand: 'CopyObjectResult',
  UploadPartCopyCommand: 'CopyPartResult',
  CreateMultipartUploadCommand: 'InitiateMultipartUploadResult',
  CompleteMultipartUploadCommand: 'CompleteMultipartUploadResult',
};

/** The AWS SDK's client, set up so that this driver knows what each request did. */
export function createSdk(settings: S3Settings, region: Provider<string>, http: Http): S3Client {
  const { accelerate, dualStack, fips, profile } = settings;
  const { endpoint, credentials, checksums, pathStyle, userAgent } = settings;
  const client = new S3Client({
    region,
    requestHandler: http,
    forcePathStyle: pathStyle,
    // The caller retries: it has a budget for the whole run.
    maxAttempts: 1,
    followRegionRedirects: false,
    // Which endpoint it is, is decided already: it is part of the storage's id.
    ignoreConfiguredEndpointUrls: true,
    // The connection would be given up for each large body.
    expectContinueHeader: false,
    requestChecksumCalculation: checksums === 'crc32' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    customUserAgent: userAgent === undefined ? [['dunnage']] : [['dunnage'], [userAgent]],
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    ...(profile !== undefined && { profile }),
    ...(accelerate !== undefined && { useAccelerateEndpoint: accelerate }),
    ...(dualStack !== undefined && { useDualstackEndpoint: dualStack }),
    ...(fips !== undefined && { useFipsEndpoint: fips }),
  });
  client.middlewareStack.add(readAnswer, {
    name: 'dunnageAnswer',
    step: 'deserialize',
    priority: 'low',
  });
  if (checksums === 'md5') {
    client.middlewareStack.add(contentMd5, { name: 'dunnageMd5', step: 'build', priority: 'low' });
  }
  return client;
}

/**
 * Reads each answer to its end before the SDK sees it, and makes of those that are no success one kind of error.
 * The SDK would hand the body of a refusal through its parser and guess; it would miss what is cut off.
 */
const readAnswer: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
  (next, context) => async (args) => {
    const result = await next(args);
    const { response } = result;
    if (!HttpResponse.isInstance(response)) return result;
    const { statusCode, headers } = response;
    if (statusCode >= 300) throw await refusal(statusCode, headers, response.body as Readable);
    const body = await collect(response.body as Readable);
    response.body = body;
    const root = ROOTS[context.commandName ?? ''];
    if (root !== undefined && HttpRequest.isInstance(args.request)) {
      checkAnswer(statusCode, headers, body, root);
    }
    return result;
  };
