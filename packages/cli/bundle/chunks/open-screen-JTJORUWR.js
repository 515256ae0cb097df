import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{endBySignal,openScreen,sizeOf}from"./chunk-32GMT6WM.js";import"./chunk-G6GCO2OC.js";import"./chunk-E3JWMDON.js";export{endBySignal,openScreen,sizeOf};
