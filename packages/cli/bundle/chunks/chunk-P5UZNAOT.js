import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{escapeControls}from"./chunk-HWKTSPQX.js";var REPORT_VERSION=1;function renderJson(report){return`${escapeHidden(JSON.stringify({version:REPORT_VERSION,...report},null,2))}
`}function escapeHidden(json){return json.split(`
`).map(escapeControls).join(`
`)}export{REPORT_VERSION,renderJson,escapeHidden};
