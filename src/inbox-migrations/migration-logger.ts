/** Where a worker tells what it does. No line has an end in it, or what people wrote. `console` is one. */
export interface MigrationLogger {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** Writes warnings and errors to the console. */
export const consoleLogger: MigrationLogger = {
  info: () => undefined,
  warn: (message) => console.warn(message),
  error: (message) => console.error(message),
}

/** The beginning of every line about a migration, by which a log is searched. */
export function lineOf(migrationId: string, text: string): string {
  return `[InboxMigration ${migrationId}] ${text}`
}
