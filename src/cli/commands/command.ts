import type { Migrator, Progress } from '../../migrator/migrator.js'
import type { Flags } from '../options/command-flags.js'
import type { FlagName } from '../options/flags.js'
import type { StateWords } from '../output/databases.js'
import type { Settings } from '../settings.js'

/** Everything about one command: a new command is one file that holds such an object, and one line in commands.ts. */
export interface Command {
  /** As it is typed: one word, or two. */
  readonly name: string
  /** The line that the help has of it. */
  readonly summary: string
  /** What follows its name beside flags. */
  readonly words: readonly { readonly name: string; readonly optional: boolean }[]
  readonly flags: readonly FlagName[]
  /** What its progress calls the states of the databases. */
  readonly stateWords?: StateWords
  run(context: CommandContext): Promise<CommandResult>
}

/** What a command works with. */
export interface CommandContext {
  readonly migrator: Migrator
  readonly flags: Flags
  readonly words: readonly string[]
  readonly settings: Settings
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
  /**
   * Asks whether to go on with what can't be taken back. Throws VALIDATION_FAILED where nobody can be asked and `--yes`
   * was not given.
   */
  confirm(what: string): Promise<boolean>
}

export interface CommandResult {
  readonly exitCode: number
  /** For `--json`. */
  readonly report: unknown
  /** For people. */
  text(): string
}

/** Somebody was asked, and said no. */
export function declined(): CommandResult {
  return { exitCode: 1, report: null, text: () => 'Nothing was changed.' }
}
