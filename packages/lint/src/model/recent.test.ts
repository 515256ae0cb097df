import { describe, expect, it } from 'vitest';
import { Recent } from './recent.ts';

describe('Recent', () => {
  it('keeps what is asked for again and again, however much else comes', () => {
    const recent = new Recent<number>(10);
    recent.set('kept', 1);
    for (let at = 0; at < 1_000; at++) {
      recent.set(`other ${at}`, at);
      expect(recent.get('kept')).toBe(1);
    }
    expect(recent.get('other 999')).toBe(999);
  });

  it('forgets what was not asked for', () => {
    const recent = new Recent<number>(10);
    for (let at = 0; at < 100; at++) recent.set(String(at), at);
    const known = Array.from({ length: 100 }, (_, at) => recent.get(String(at))).filter(
      (value) => value !== undefined,
    );
    expect(known.length).toBeGreaterThanOrEqual(10);
    expect(known.length).toBeLessThanOrEqual(20);
  });
});
