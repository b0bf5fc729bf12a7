import { readFileSync } from 'node:fs'
import type { MigrationConfig } from 'conversation-store/migrations'
import { csvHistory } from './csv-history.js'

const csv = readFileSync(new URL('./export.csv', import.meta.url), 'utf8')

/** For a trial without a channel: the history of the inbox `page-1` is an export. */
export const config: MigrationConfig = {
  engine: 'postgres',
  logLevel: 'warn',
  syncSource: ({ oaId }) => (oaId === 'page-1' ? csvHistory(csv, 3) : null),
}
