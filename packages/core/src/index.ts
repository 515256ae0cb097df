export type {
  Diagnostic,
  Fix,
  Location,
  Position,
  Range,
  RelatedLocation,
  Severity,
  TextEdit,
} from './diagnostics/diagnostic.ts';
export { compareDiagnostics } from './diagnostics/diagnostic.ts';
export { appendPointer, formatPointer } from './diagnostics/json-pointer.ts';
export { createTextIndex, type TextIndex } from './diagnostics/text-index.ts';
export {
  AIP_ERRORS,
  type AipErrorName,
  DEFAULT_ALLOWED_METHODS,
  JSON_RPC_ERRORS,
} from './errors/aip-errors.ts';
export { CoreError, type CoreErrorCode } from './errors/core-error.ts';
export { toJsonNode, toJsonObject } from './json/from-value.ts';
export {
  EMPTY_OBJECT,
  getMember,
  type JsonArray,
  type JsonBoolean,
  type JsonMember,
  type JsonNode,
  type JsonNull,
  type JsonNumber,
  type JsonObject,
  type JsonString,
} from './json/node.ts';
export {
  DEFAULT_MAX_DEPTH,
  type JsonError,
  type JsonErrorCode,
  type JsonLimits,
  type JsonResult,
  readJson,
} from './json/read-json.ts';
export { canonicalizeJson, quoteJson, stringOf } from './json/to-string.ts';
export { MAX_NAME_LENGTH, normalizeName } from './names/normalize-name.ts';
export { digestTable, serializeTable } from './table/digest.ts';
export { loadTable } from './table/load-table.ts';
export {
  type DecisionTable,
  TABLE_FEATURES,
  TABLE_FORMAT,
  TABLE_KIND,
  type TableArgument,
  type TableDlp,
  type TableDlpPattern,
  type TableFeature,
  type TableMethod,
  type TableMethods,
  type TablePattern,
  type TablePlace,
  type TablePolicy,
  type TableProgram,
  type TableRateLimit,
  type TableRow,
  type TableTool,
} from './table/types.ts';
export { NAME_UNICODE_VERSION } from './unicode/name-ranges.gen.ts';
