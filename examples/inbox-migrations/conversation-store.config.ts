import type { MigrationConfig } from 'conversation-store/migrations'

/** What the command reads in this directory. Who hears of what the host does, hears of what you do by the command. */
export const config: MigrationConfig = {
  engine: 'postgres',
  logLevel: 'warn',
  inboxMigrations: {
    onAudit: ({ type, userId, migrationId }) =>
      console.error(`[Audit] ${type} by ${userId ?? 'nobody'}: ${migrationId ?? 'none'}`),
  },
}
