import { Buffer } from 'node:buffer';
import { conditionNotMet, invalid, notCovered, objectMissing, required } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { int64Of, jsonBody } from '../protocol/parameters.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';
import type { Service } from '../store/service.ts';
import { factsIn } from './facts.ts';
import { objectReply } from './get.ts';
import { writeObject } from './write.ts';

const MAX_SOURCES = 32;

/** A source as the request's body names it; what is not said of it is `undefined`. */
interface Source {
  readonly name?: unknown;
  readonly generation?: unknown;
  readonly objectPreconditions?: { readonly ifGenerationMatch?: unknown } | undefined;
}

/** `objects.compose`: objects of one bucket, one after the other. The result has no MD5. */
export function composeObject(service: Service, bucket: Bucket, name: string, call: Call): Reply {
  const body = jsonBody(call.body);
  const sources = sourcesIn(body).map((source) => findSource(bucket, source));
  const destination = (body['destination'] ?? {}) as Readonly<Record<string, unknown>>;
  const draft = {
    data: Buffer.concat(sources.map(({ data }) => data)),
    facts: factsIn(destination),
    componentCount: sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0),
  };
  return objectReply(bucket, writeObject(service, bucket, name, draft, call), call);
}

function sourcesIn(body: Readonly<Record<string, unknown>>): readonly Source[] {
  if (body['deleteSourceObjects'] === true) throw notCovered('deleteSourceObjects');
  const sources = body['sourceObjects'];
  if (!Array.isArray(sources) || sources.length === 0) {
    throw invalid('You must provide at least one source component.');
  }
  if (sources.length > MAX_SOURCES) {
    throw invalid(
      `The number of source components provided (${sources.length}) exceeds the maximum (${MAX_SOURCES})`,
    );
  }
  return sources as readonly Source[];
}

function findSource(bucket: Bucket, source: Source): Generation {
  const { name, generation, objectPreconditions } = source;
  if (typeof name !== 'string') throw required('sourceObjects[].name');
  const number = int64Of(generation, 'generation');
  const object = number === undefined ? bucket.live(name) : bucket.find(name, number);
  if (object === undefined) throw objectMissing(bucket.name, name, number);
  const match = int64Of(objectPreconditions?.ifGenerationMatch, 'ifGenerationMatch');
  if (match !== undefined && match !== object.generation) throw conditionNotMet();
  return object;
}
