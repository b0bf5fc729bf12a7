import type { DatabaseReport, DownOptions, MigrateReport } from '../../migrator/migrator.js'
import { exitCodeOf } from '../exit-code.js'
import { downWords } from '../output/databases.js'
import { migrationsText } from '../output/migrations.js'
import { usageError } from '../usage-error.js'
import { type Command, type CommandContext, type CommandResult, declined } from './command.js'
import { everyCommandsFlags, runFlags, runOptionsOf } from './shared-flags.js'

export const down: Command = {
  name: 'down',
  summary: 'undo the last migration of each database; with --to, all that is later',
  words: [],
  flags: ['public-only', 'tenants-only', 'tenant', ...runFlags, 'to', 'drop-data', ...everyCommandsFlags],
  flagHelp: { to: 'undo all that is later than this version, which stays; 0: everything' },
  stateWords: downWords,
  async run(context) {
    const { migrator, flags, settings, confirm } = context
    const { retryFailed: _, ...run } = runOptionsOf(context)
    const { dropData = false } = flags
    const options: DownOptions = { ...run, ...(flags.to === undefined ? {} : { to: flags.to }), dryRun: settings.dryRun, dropData }
    if (settings.dryRun) return resultOf(await migrator.down(options), settings)
    if (dropData) return dropping(context, options)
    if (typeof flags.yes === 'string') throw usageError('--yes', 'names a database only with --drop-data')
    if (!(await confirm(`${question(context)} What holds data is kept.`))) return declined()
    return resultOf(await migrator.down(options), settings)
  },
}

/** Data is dropped in one database at a time, and somebody has named it: one who means another one is stopped. */
async function dropping(context: CommandContext, options: DownOptions): Promise<CommandResult> {
  const { migrator, confirmName, settings } = context
  const plan = await migrator.down({ ...options, dryRun: true, dropData: false, onProgress: () => {} })
  const concerned = [...(plan.public === null ? [] : [plan.public]), ...plan.tenants].filter(({ state }) => state === 'pending')
  const [only] = concerned
  if (concerned.length > 1)
    throw usageError('--drop-data', 'works on one database at a time: choose it with --public-only, or with --tenant and one id')
  if (only !== undefined && !(await confirmName(`${question(context)} ${lossOf(only)}`, only.database ?? ''))) return declined()
  return resultOf(await migrator.down(options), settings)
}

function lossOf({ preview }: DatabaseReport): string {
  const obstacles = preview.flatMap(({ steps }) => steps.flatMap(({ obstacles }) => obstacles))
  const held = obstacles.flatMap(
    (obstacle) => /^(?:table|column|collection) .* holds .* (?:rows?|documents?)(?=:)/.exec(obstacle)?.[0] ?? [],
  )
  return held.length === 0 ? 'Data that it holds is lost.' : `Data is lost: ${held.join(', ')}.`
}

function resultOf(report: MigrateReport, { scope }: CommandContext['settings']): CommandResult {
  return { exitCode: exitCodeOf(report.verdict), report, text: () => migrationsText(report, scope, downWords) }
}

function question({ flags, settings }: CommandContext): string {
  const what = flags.to === undefined ? 'the last migration' : `all that is later than ${flags.to}`
  if (settings.scope === 'store') return `This undoes ${what} of the store.`
  const where = flags.publicOnly
    ? 'the public database'
    : (flags.tenantIds?.join(', ') ?? (flags.tenantsOnly ? 'all tenants' : 'all databases'))
  return `This undoes ${what} of ${where}.`
}
