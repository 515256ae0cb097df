import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{CliError}from"./chunk-HMPSY265.js";function checkPolicyName(name){if(!(/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)&&name.length<=63))throw new CliError(`\`--name ${name}\` is no name in kebab-case`,"write for example coding-agent")}export{checkPolicyName};
