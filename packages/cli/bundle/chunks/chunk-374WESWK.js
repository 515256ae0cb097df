import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var REPORT_VERSION=1;function renderJson(report){return`${JSON.stringify({version:1,...report},null,2)}
`}export{REPORT_VERSION,renderJson};
