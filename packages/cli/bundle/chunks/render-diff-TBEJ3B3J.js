import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{renderDiff}from"./chunk-6SQX6HHV.js";import"./chunk-HWKTSPQX.js";import"./chunk-HMPSY265.js";import"./chunk-E3JWMDON.js";export{renderDiff};
