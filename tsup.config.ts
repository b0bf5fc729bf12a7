import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'postgres/index': 'src/postgres/index.ts',
    'mongo/index': 'src/mongo/index.ts',
    'memory/index': 'src/memory/index.ts',
    'opening/index': 'src/opening/index.ts',
    'webhooks/index': 'src/webhooks/index.ts',
    'sync/index': 'src/sync/index.ts',
    'inbox-migrations/index': 'src/inbox-migrations/index.ts',
    'adoption/index': 'src/adoption/index.ts',
    'migrations/index': 'src/migrations/index.ts',
    'contract/index': 'src/contract/index.ts',
    cli: 'src/cli/main.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  tsconfig: 'tsconfig.build.json',
  // tsup 8.5.1 sets `baseUrl` for its declaration build, which TypeScript 6 calls deprecated and otherwise refuses.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // For CommonJS too: else the core's bundle would carry every adapter that it opens lazily.
  splitting: true,
  clean: true,
  treeshake: false,
  // Source maps would triple the package; the output is not minified, so a stack trace reads well without them.
  sourcemap: false,
})
