import { defineConfig, MIGRATIONS } from 'conversation-store/migrations'
import { appMigrations } from './migrations.js'

/**
 * What `npx conversation-store` reads in this directory: the platform's migrations, and this application's after them.
 */
export const config = defineConfig({
  engine: 'mongo',
  publicDatabase: 'shops_public',
  migrations: [...MIGRATIONS, ...appMigrations],
  concurrency: 8,
})
