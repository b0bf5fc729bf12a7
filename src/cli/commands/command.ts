import type { DatabaseChoice, MigrateOptions, Migrator, Progress } from '../../migrator/migrator.js'
import type { Flags } from '../options/command-flags.js'
import type { Settings } from '../settings.js'

/** What a command works with. */
export interface CommandContext {
  readonly migrator: Migrator
  readonly flags: Flags
  readonly words: readonly string[]
  readonly settings: Settings
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
  /** Whether to go on with what can't be taken back; throws VALIDATION_FAILED where nobody can be asked and `--yes` was not given. */
  confirm(what: string): Promise<boolean>
}

export interface CommandResult {
  readonly exitCode: number
  /** For `--json`. */
  readonly report: unknown
  /** For people. */
  text(): string
}

export type Command = (context: CommandContext) => Promise<CommandResult>

export function choiceOf({ flags, signal }: Pick<CommandContext, 'flags' | 'signal'>): DatabaseChoice {
  return {
    publicOnly: flags['public-only'],
    tenantsOnly: flags['tenants-only'],
    retryFailed: flags['retry-failed'],
    ...(flags.tenant === undefined ? {} : { tenants: flags.tenant }),
    signal,
  }
}

/** What all commands that run something take. */
export function runOptionsOf(context: CommandContext): Omit<MigrateOptions, 'to' | 'allowOutOfOrder' | 'indexSet' | 'dryRun'> {
  const { flags, settings, onProgress } = context
  const { concurrency, onError, lockWaitMs, batchSize } = settings
  return {
    ...choiceOf(context),
    ...(flags.collection === undefined ? {} : { collection: flags.collection }),
    concurrency,
    onError,
    lockWaitMs,
    batchSize,
    onProgress,
  }
}

/** Somebody was asked, and said no. */
export function declined(): CommandResult {
  return { exitCode: 1, report: null, text: () => 'Nothing was changed.' }
}
