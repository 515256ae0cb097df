import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
function escapeControls(text){return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,character=>ESCAPES.get(character)??`\\u${character.charCodeAt(0).toString(16).padStart(4,"0")}`)}var ESCAPES=new Map([[`
`,"\\n"],["\r","\\r"],["	","\\t"]]);export{escapeControls};
