import { Buffer } from 'node:buffer';
import { GcsError, notCovered } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import type { Service } from '../store/service.ts';
import { deleteObjects } from './delete-objects.ts';
import { element } from './document.ts';

/** Whether a path is one of the XML API, which begins with a bucket's name. */
export function isXml({ path }: Call): boolean {
  return !/^\/(?:storage|upload|download|resumable|batch|b)(?:\/|$)/.test(path);
}

/** Answers calls of the XML API: the deletion of many objects, and nothing else. @throws GcsError */
export function runXml(service: Service, call: Call): Reply {
  const [, name] = /^\/([^/]+)\/?$/.exec(call.path) ?? [];
  if (name === undefined || call.method !== 'POST' || !call.query.has('delete')) {
    throw notCovered('this part of the XML API');
  }
  const bucket = service.bucket(decodeURIComponent(name));
  return xmlReply(200, deleteObjects(service, bucket, call));
}

/** The answer that an error makes in the XML API. Errors of the double itself go on. */
export function xmlErrorReply(error: unknown): Reply {
  if (!(error instanceof GcsError)) throw error;
  const { code, message } = error.xml;
  const details = message === error.message ? '' : element('Details', error.message);
  const body = `<Error>${element('Code', code)}${element('Message', message)}${details}</Error>`;
  return xmlReply(error.status, body, error.headers);
}

function xmlReply(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/xml; charset=UTF-8', ...headers },
    body: Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>${body}`),
  };
}
