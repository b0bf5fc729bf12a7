import { defineConfig, MIGRATIONS } from 'conversation-store/migrations'
import { appMigrations } from './migrations.js'

/**
 * What `npx conversation-store` reads in this directory: the platform's migrations, followed by this application's own.
 */
export const config = defineConfig({
  engine: 'mongo',
  publicDatabase: 'shops_public',
  migrations: [...MIGRATIONS, ...appMigrations],
  concurrency: 8,
})
