import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{resolve}from"node:path";function listTrustFiles(context,policy,keyFiles=[]){return keyFiles.length===0?[]:[signaturePathOf(policy),...keyFiles].map(file=>resolve(context.cwd,file))}function signaturePathOf(table){return`${table}.sig`}export{listTrustFiles,signaturePathOf};
