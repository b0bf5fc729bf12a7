import type { DatabaseStatus, StatusReport } from '../../migrator/migrator.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Scope } from '../scope.js'
import type { Command } from './command.js'
import { choiceFlags, choiceOf, everyCommandsFlags } from './shared-flags.js'

export const history: Command = {
  name: 'history',
  summary: 'when each migration was run, and how long it took',
  words: [],
  flags: [...choiceFlags, 'concurrency', ...everyCommandsFlags],
  async run(context) {
    const { indexSet, concurrency, scope } = context.settings
    const report = await context.migrator.status({ ...choiceOf(context), indexSet, concurrency })
    const all = [...(report.public === null ? [] : [report.public]), ...report.tenants]
    // A database that a newer program migrated has a history too. One that was not read has none.
    const isUnread = report.sourceFailure !== undefined || all.some(({ state, ledger }) => state === 'failed' && ledger.length === 0)
    const databases = all.map(({ tenantId, database, ledger, failure, why }) => ({ tenantId, database, ledger, failure, why }))
    return { exitCode: isUnread ? exitCodes.error : exitCodes.done, report: { databases }, text: () => textOf(report, all, scope) }
  },
}

function textOf({ sourceFailure }: StatusReport, all: readonly DatabaseStatus[], scope: Scope): string {
  const named = (tenant: string, rest: readonly string[]) => (scope === 'store' ? rest : [tenant, ...rest])
  const rows = all.flatMap(({ tenantId, database, ledger, failure, why }) => {
    const name = [oneLine(database ?? '-')]
    const place = (rest: readonly string[]) => named(oneLine(tenantId ?? '(public)'), [...name, ...rest.map(oneLine)])
    if (ledger.length === 0) return [place([why ?? failure?.message ?? 'nothing was ever run here'])]
    return ledger.map((entry) =>
      place([
        entry.id,
        entry.state,
        entry.startedAt.toISOString(),
        tookText(entry),
        String(entry.attempts),
        entry.libraryVersion,
        entry.runBy ?? '-',
      ]),
    )
  })
  const header = named('TENANT', ['DATABASE', 'MIGRATION', 'STATE', 'BEGUN', 'TOOK', 'ATTEMPTS', 'LIBRARY', 'RUN BY'])
  const failed = sourceFailure === undefined ? [] : [oneLine(`The tenants could not be listed: ${sourceFailure.message}`)]
  return [columns([header, ...rows]), ...failed].join('\n\n')
}

function tookText({ startedAt, finishedAt }: DatabaseStatus['ledger'][number]): string {
  if (finishedAt === null) return '-'
  const ms = finishedAt.getTime() - startedAt.getTime()
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`
}
