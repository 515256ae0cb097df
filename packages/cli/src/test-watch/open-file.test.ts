import { expect, it } from 'vitest';
import { findOpener } from './open-file.ts';

it.each([
  ['darwin', {}, 'open'],
  ['win32', {}, 'explorer.exe'],
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
] as const)('on %s with %j: %s', (platform, env, program) => {
  const opener = findOpener('/tmp/a.html', platform, env);
  expect(opener?.program).toBe(program);
  if (opener !== null) expect(opener.args).toEqual(['/tmp/a.html']);
});
