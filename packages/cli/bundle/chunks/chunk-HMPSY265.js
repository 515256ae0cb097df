import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var EXIT={clean:0,findings:1,usage:2,nothing:3,internal:70},CliError=class extends Error{name="CliError";status;help;constructor(message,help,status=EXIT.usage){super(message),this.help=help,this.status=status}};export{EXIT,CliError};
