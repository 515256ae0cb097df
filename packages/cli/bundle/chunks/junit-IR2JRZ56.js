import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{escapeXml,renderJunit}from"./chunk-CZYLUFZN.js";import"./chunk-VI7EKCQ2.js";import"./chunk-HWKTSPQX.js";import"./chunk-E3JWMDON.js";export{escapeXml,renderJunit};
