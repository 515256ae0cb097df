export { splitCommand } from './command/split-command.ts';
export { ProxyError, type ProxyErrorCode } from './errors/proxy-error.ts';
