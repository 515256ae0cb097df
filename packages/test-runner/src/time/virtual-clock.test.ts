import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

describe('createVirtualClock', () => {
  it('runs what is due in the order of time, then of asking', () => {
    const clock = createVirtualClock(100);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.now()}`);
    clock.schedule(50, note('late'));
    clock.schedule(10, note('first'));
    clock.schedule(10, note('second'));
    clock.schedule(51, note('never'));
    clock.advance(50);
    expect(seen).toEqual(['first@110', 'second@110', 'late@150']);
    expect(clock.now()).toBe(150);
  });

  it('forgets what was taken back', () => {
    const clock = createVirtualClock();
    let ran = false;
    const cancel = clock.schedule(5, () => {
      ran = true;
    });
    cancel();
    clock.advance(10);
    expect(ran).toBe(false);
  });

  it('runs what a timer schedules inside the same stretch', () => {
    const clock = createVirtualClock();
    const seen: number[] = [];
    clock.schedule(1, () => clock.schedule(1, () => seen.push(clock.now())));
    clock.advance(5);
    expect(seen).toEqual([2]);
  });

  it('can be set back', () => {
    const clock = createVirtualClock(10);
    clock.set(3);
    expect(clock.now()).toBe(3);
  });
});
