import { describe, expect, it } from 'vitest';
import { diffTables } from '../src/index.ts';
import { compileSpec } from './tables.ts';

const COUNT = 1000;

/** A policy of a thousand tools, each with patterns of its own. */
function manyTools(path: (index: number) => string): object {
  return {
    protected_paths: ['~/.ssh', '/etc/passwd'],
    tool_rules: Array.from({ length: COUNT }, (_, index) => ({
      tool: `tool_${index}`,
      rate_limit: '10/minute',
      allow_args: {
        path: path(index),
        url: `^https://host${index}\\.example\\.com/[\\w./-]{0,40}$`,
        verb: '^(GET|HEAD)$',
      },
    })),
  };
}

/** Milliseconds of work: other processes of the machine don't count. */
function measure(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('a thousand tools', () => {
  const old = compileSpec(manyTools((index) => `^/srv/app${index}/[a-z0-9_/-]+\\.txt$`));

  it('are compared in less than two seconds where all of them changed', () => {
    const next = compileSpec(manyTools((index) => `^/srv/app${index}/[a-z0-9_/-]+.txt$`));
    // The fastest of three: the machine may have other things to do.
    const times = Array.from({ length: 3 }, () =>
      measure(() => {
        const widened = diffTables(old, next).tools.filter(({ change }) => change === 'widened');
        expect(widened).toHaveLength(COUNT);
      }),
    );
    expect(Math.min(...times)).toBeLessThan(2000);
  });

  it('cost nothing where nothing changed, and little where one did', () => {
    const one = compileSpec(
      manyTools((index) => (index === 7 ? '^/srv/' : `^/srv/app${index}/[a-z0-9_/-]+\\.txt$`)),
    );
    const same = measure(() => expect(diffTables(old, old).change).toBe('unchanged'));
    const few = measure(() => expect(diffTables(old, one).differences).toHaveLength(1));
    expect(same + few).toBeLessThan(500);
  });
});
