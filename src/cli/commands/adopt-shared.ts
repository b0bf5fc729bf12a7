import type { AdoptionConfig } from '../../adoption/adoption-config.js'
import type { AdoptionOptions, IntegrationsTable } from '../../adoption/index.js'
import { exitCodes } from '../exit-code.js'
import type { FlagName } from '../options/flags.js'
import { oneLine } from '../output/text.js'
import { usageError } from '../usage-error.js'
import type { CommandContext, CommandResult } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { durationText, tenantFlag, tenantOf } from './sync-shared.js'

/** The flags of every command that changes a host's tables, and that only plans without `--apply`. */
export const adoptFlags = [...tenantFlag, 'apply', 'undo', 'lock-wait', 'yes', ...everyCommandsFlags] as const satisfies readonly FlagName[]

/** The flags that say which unique index is meant. */
export const indexFlags = ['over', 'old-index', 'new-index'] as const satisfies readonly FlagName[]

/** What they say, as the helpers take it. */
export function indexOptions({ flags: { over, oldIndex, newIndex } }: CommandContext) {
  return {
    ...(over === undefined ? {} : { over }),
    ...(oldIndex === undefined ? {} : { oldIndex }),
    ...(newIndex === undefined ? {} : { newIndex }),
  }
}

/** What the helpers take, and the names of the other tables. */
export interface AdoptTables {
  readonly common: AdoptionOptions
  readonly integrations: IntegrationsTable
  readonly messages: AdoptionConfig['messages']
  readonly counters: AdoptionConfig['counters']
}

/** Opens the host's database, which the command's runner closes. The names are those of the configuration. */
export async function openHostTables(context: CommandContext): Promise<AdoptTables> {
  const { settings, flags, logger, signal, showProgress } = context
  const { conversations = {}, integrations: { database, ...integrations } = {}, messages, counters } = settings.adoption ?? {}
  const { db, schema, databaseNamed } = await context.openHostDatabase(tenantOf(context))
  if (database !== undefined && databaseNamed === null)
    throw usageError('conversation-store.config: adoption.integrations.database', 'is for mongo; give schema')
  const other = database === undefined || databaseNamed === null ? {} : { db: databaseNamed(database) }
  return {
    common: {
      db,
      conversations: schema === null ? conversations : { schema, ...conversations },
      apply: flags.apply ?? false,
      logger,
      signal,
      lockWaitMs: settings.lockWaitMs,
      onProgress: (progress) => showProgress(progressLine(progress)),
    },
    integrations: { ...integrations, ...other },
    messages,
    counters,
  }
}

const barWidth = 20

/**
 * `[########            ]  400 of 1000 (40 %), 50 a second, 12 s left  doubles of conversations`. The name is last,
 * because that of an index may be longer than the terminal is wide.
 */
function progressLine({ name, done, total, remainingMs }: Parameters<NonNullable<AdoptionOptions['onProgress']>>[0]): string {
  if (total === null || total === 0) return oneLine(`${name}  ${done}`)
  const part = Math.min(1, done / total)
  const bar = '#'.repeat(Math.round(part * barWidth)).padEnd(barWidth)
  const rate = remainingMs === null || remainingMs === 0 ? '' : `, ${rateText(((total - done) * 1_000) / remainingMs)} a second`
  const left = remainingMs === null ? '' : `, ${durationText(remainingMs)} left`
  return oneLine(`[${bar}]  ${done} of ${total} (${Math.floor(part * 100)} %)${rate}${left}  ${name}`)
}

function rateText(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond))
}

/** The lines of a plan that every helper's has, after those of its own. */
export function planLines(plan: {
  readonly backup: string
  readonly restore: string
  readonly revertible: string
  readonly warnings: readonly string[]
}) {
  return [
    ...plan.warnings.map((warning) => oneLine(`! ${warning}`)),
    'Nothing was changed. Run again with --apply.',
    oneLine(`backup:   ${plan.backup}`),
    oneLine(`restore:  ${plan.restore}`),
    `can be reverted: ${plan.revertible}`,
  ]
}

/** The result of an undo, which may leave some of what it brings back in the table where a helper keeps it. */
export function undoneResult(reverted: { readonly left: number }, table: string, lines: () => readonly string[]): CommandResult {
  const { left } = reverted
  const leftLines = left === 0 ? [] : [`! ${left} stay in ${table}: their id or a unique key of theirs is taken in your table.`]
  return resultOf(left === 0 ? exitCodes.done : exitCodes.pending, { reverted }, () => [...lines(), ...leftLines])
}

export function resultOf(exitCode: number, report: unknown, lines: () => readonly string[]): CommandResult {
  return { exitCode, report, text: () => lines().join('\n') }
}
