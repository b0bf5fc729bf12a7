import type { DatabaseStatus, StatusReport } from '../../migrator/migrator.js'
import { databasesText } from './databases.js'

export function statusText(report: StatusReport): string {
  return databasesText(report, aboutStatus)
}

function aboutStatus({ ledger, migrations }: DatabaseStatus): string {
  const applied = ledger.filter(({ state }) => state === 'applied').length
  // One that is at work, or that failed or died on the way, is what the reader came for.
  const others = ledger
    .filter(({ state }) => state !== 'applied' && state !== 'reverted')
    .map(({ id, state, attempts }) => `${id} ${state}${attempts > 1 ? ` (attempt ${attempts})` : ''}`)
  const pending = migrations.length === 0 ? [] : [`${migrations.length} pending: ${migrations.join(', ')}`]
  return [`${applied} applied`, ...pending, ...others].join('; ')
}
