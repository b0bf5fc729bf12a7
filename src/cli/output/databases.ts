import type { DatabaseFailure, SourceFailure } from '../../migrator/failure-reports.js'
import type { DatabaseState } from '../../migrator/migrator.js'
import type { Scope } from '../scope.js'
import { columns } from './columns.js'
import { counted, oneLine } from './text.js'

/** What every report says about a database. */
export interface ReportedDatabase {
  readonly tenantId: string | null
  readonly database: string | null
  readonly state: DatabaseState
  readonly failure: DatabaseFailure | null
  readonly why: string | null
}

export type StateWords = Readonly<Record<DatabaseState, string>>

export const stateWords: StateWords = {
  applied: 'applied',
  'up-to-date': 'up to date',
  pending: 'pending',
  failed: 'failed',
  locked: 'locked',
  refused: 'refused',
  newer: 'newer than the program',
  skipped: 'skipped',
  'not-reached': 'not reached',
}

/** The words of `down`, where `applied` means that the database was taken back. */
export const downWords: StateWords = {
  ...stateWords,
  applied: 'undone',
  'up-to-date': 'nothing to undo',
  pending: 'would be undone',
}

/** The words of the commands that change a ledger. */
export const ledgerWords: StateWords = {
  ...stateWords,
  applied: 'written',
  'up-to-date': 'nothing to write',
  pending: 'would be written',
}

interface DatabasesText<R> {
  readonly scope: Scope
  /** What the line of a database says behind its state. */
  about(report: R): string
  /** The details of a database. Default none. */
  more?(report: R): readonly string[]
  /** Default `stateWords`. */
  readonly words?: StateWords
}

/**
 * Returns a line for each database, then the details of the databases for which `more` returns lines or that failed,
 * then the counts.
 */
export function databasesText<R extends ReportedDatabase>(
  reports: { readonly public: R | null; readonly tenants: readonly R[]; readonly sourceFailure?: SourceFailure },
  { scope, about, more = () => [], words = stateWords }: DatabasesText<R>,
): string {
  const all = reports.public === null ? reports.tenants : [reports.public, ...reports.tenants]
  // A host with one store has no tenants to name.
  const named = (tenant: string, rest: readonly string[]) => (scope === 'store' ? rest : [tenant, ...rest])
  const rows = all.map((report) =>
    named(oneLine(report.tenantId ?? '(public)'), [
      oneLine(report.database ?? '-'),
      words[report.state],
      oneLine(report.why ?? about(report)),
    ]),
  )
  const table = columns([named('TENANT', ['DATABASE', 'STATE', '']), ...rows])
  const details = all
    .map((report) => ({ report, lines: [...more(report), ...failureLines(report.failure)] }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ report, lines }) => [nameOf(report, scope), ...lines.map((line) => `  ${oneLine(line)}`)].join('\n'))
  return [table, ...details, ...sourceLines(reports), countsLine(all, words)].join('\n\n')
}

/** An error that the public database has met already is not told twice. */
function sourceLines(reports: { readonly public: ReportedDatabase | null; readonly sourceFailure?: SourceFailure }): readonly string[] {
  const { sourceFailure, public: ofPublic } = reports
  if (sourceFailure === undefined) return []
  const isTold = ofPublic?.failure?.message === sourceFailure.message
  return [oneLine(`The tenants could not be listed${isTold ? ' either.' : `: ${sourceFailure.message}`}`)]
}

export function nameOf({ tenantId, database }: Pick<ReportedDatabase, 'tenantId' | 'database'>, scope: Scope): string {
  const named = database || 'no database'
  return oneLine(scope === 'store' ? named : `${tenantId ?? 'public'} (${named})`)
}

function failureLines(failure: DatabaseFailure | null): readonly string[] {
  if (failure === null) return []
  const place = failure.migration === null ? [] : [`at ${failure.migration}${failure.step === null ? '' : `, step ${failure.step}`}`]
  return [...place, failure.message, ...duplicateLines(failure.details), `next: ${failure.next}`]
}

/**
 * Returns the groups of equal keys that a unique index does not allow, because somebody who mends them needs to see
 * some.
 */
function duplicateLines(details: unknown): readonly string[] {
  const groups = typeof details === 'object' && details !== null && 'groups' in details ? details.groups : []
  if (!Array.isArray(groups)) return []
  return groups.map(({ key, count }: { readonly key?: unknown; readonly count?: unknown }) => `  ${count} x ${JSON.stringify(key)}`)
}

function countsLine(all: readonly ReportedDatabase[], words: StateWords): string {
  const counts = new Map<DatabaseState, number>()
  for (const { state } of all) counts.set(state, (counts.get(state) ?? 0) + 1)
  return `${counted(all.length, 'database')}: ${[...counts].map(([state, count]) => `${count} ${words[state]}`).join(', ') || 'none'}`
}
