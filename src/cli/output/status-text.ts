import type { DatabaseStatus, StatusReport } from '../../migrations/migrator.js'
import { databasesText } from './databases.js'
import { aboutDatabase } from './migrate-text.js'

export function statusText(report: StatusReport): string {
  return databasesText(report, aboutStatus)
}

function aboutStatus(status: DatabaseStatus): string {
  const applied = status.ledger.filter(({ state }) => state === 'applied').length
  // One that is at work, or that failed or died on the way, is what the reader came for.
  const others = status.ledger
    .filter(({ state }) => state !== 'applied' && state !== 'reverted')
    .map(({ id, state, attempts }) => `${id} ${state}${attempts > 1 ? ` (attempt ${attempts})` : ''}`)
  return [`${applied} applied`, aboutDatabase(status), ...others].filter(Boolean).join('; ')
}
