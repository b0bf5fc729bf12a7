import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The slow suite is another run (`npm run test:stress`), not a longer version of this one: its figures need the machine
// to themselves.
const stress = process.env.STRESS === '1'

// They need packages of their own, which `npm run test:prisma` installs.
const prisma = process.env.PRISMA === '1'

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^conversation-store$/, replacement: source('index.ts') },
      {
        find: /^conversation-store\/(postgres|mongo|memory|opening|migrations|webhooks|sync|inbox-migrations|adoption|contract)$/,
        replacement: source('$1/index.ts'),
      },
    ],
  },
  test: {
    include: prisma ? ['test/**/*.prisma.test.ts'] : stress ? ['test/**/*.stress.test.ts'] : ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(prisma ? [] : ['test/**/*.prisma.test.ts']), ...(stress ? [] : ['test/**/*.stress.test.ts'])],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    pool: 'forks',
    fileParallelism: !stress,
    maxWorkers: stress ? 1 : Math.min(4, Math.max(2, availableParallelism())),
    testTimeout: stress ? 20 * 60_000 : 60_000,
    hookTimeout: stress ? 5 * 60_000 : 60_000,
  },
})
