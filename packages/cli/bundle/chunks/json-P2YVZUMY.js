import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{REPORT_VERSION,escapeHidden,renderJson}from"./chunk-P5UZNAOT.js";import"./chunk-HWKTSPQX.js";import"./chunk-E3JWMDON.js";export{REPORT_VERSION,escapeHidden,renderJson};
