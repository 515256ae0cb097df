import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{createHash}from"./chunk-2ACGFELF.js";function fingerprintOf(diagnostic,index){let line=index?.lineText(diagnostic.location.range.start.line).trim()??"";return createHash("sha256").update(`${diagnostic.code}
${line}`,"utf8").digest("hex").slice(0,32)}export{fingerprintOf};
