export {
  type ListenAddress,
  parseHeader,
  parseListenAddress,
  parseOrigin,
  parseUpstream,
} from './http-options.ts';
export type { RemoteServer } from './remote-server.ts';
export { type HttpProxyOptions, runHttpProxy } from './run-http-proxy.ts';
export { type RemoteProxyOptions, runRemoteProxy } from './run-remote-proxy.ts';
