import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{REPORT_VERSION,renderJson}from"./chunk-374WESWK.js";import"./chunk-E3JWMDON.js";export{REPORT_VERSION,renderJson};
