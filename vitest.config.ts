import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{services,packages,schemas,infra,test}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.integration.test.ts', '**/*.e2e.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        // One stack per run; files run one after the other, since they share two cores with a broker.
        test: {
          name: 'stack',
          include: ['{services,packages,schemas,infra,test}/**/*.{integration,e2e}.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['test/stack/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
