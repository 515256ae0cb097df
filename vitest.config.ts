import { defineConfig } from 'vitest/config';

/** The packages' own source is tested: the custom condition picks `src` over `dist`. */
const conditions = ['@agentpolicy/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    // The tests wait for processes more than they compute.
    maxWorkers: '100%',
  },
});
