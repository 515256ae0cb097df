import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{init_string_width,string_width_exports}from"./chunk-G6GCO2OC.js";import{__toCommonJS}from"./chunk-E3JWMDON.js";function load(...args){let loaded=(init_string_width(),__toCommonJS(string_width_exports));return(loaded.default??loaded)(...args)}export{load};
