import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{homedir}from"node:os";import{resolve}from"node:path";function readMachineFacts(context){return{home:resolve(context.environment.HOME??homedir()),cwd:context.cwd,foldCase:process.platform==="darwin"||process.platform==="win32"}}export{readMachineFacts};
