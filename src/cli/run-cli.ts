import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { libraryVersion } from '../migrator/kernel/library-version.js'
import type { SyncTables } from '../migrator/kernel/sync-tables.js'
import type { MigrationLogger } from '../migrator/kernel/target.js'
import type { Migrator } from '../migrator/migrator.js'
import type { ConversationStore } from '../store/create-conversation-store.js'
import type { SchemaReport } from '../store/schema-port.js'
import { type Invocation, parseArguments } from './arguments.js'
import type { Command, CommandResult, HostDatabase } from './commands/command.js'
import { loadConfigFile } from './config-file.js'
import { confirm, confirmName, confirmWord, type Questions } from './confirm.js'
import { exitCodeOfError, exitCodes } from './exit-code.js'
import { helpText } from './help.js'
import { createLogger } from './log.js'
import { refuseWhatNpmTook } from './npm-took.js'
import { readConfig, readEnvironment } from './options/read-options.js'
import { jsonError, jsonText } from './output/json.js'
import { oneLine } from './output/text.js'
import { createProgress, type ProgressScreen } from './progress.js'
import { type Settings, settingsOf } from './settings.js'
import { usageError, usageLine } from './usage-error.js'

/** What the process offers, so that a test can offer something else. */
export interface CliHost {
  readonly argv: readonly string[]
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Adds to `env` what the file sets and `env` does not have yet. */
  loadEnvFile(path: string): void
  writeResult(text: string): void
  readonly screen: ProgressScreen
  readonly questions: Questions
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal
  openMigrator(settings: Settings, logger: MigrationLogger): Promise<OpenMigrator>
  openStore(settings: Settings, tenantId: string | null, logger: MigrationLogger): Promise<OpenStore>
}

export interface OpenStore {
  readonly store: ConversationStore
  readonly syncTables: SyncTables
  readonly hostDatabase: HostDatabase
  close(): Promise<void>
}

export interface OpenMigrator {
  readonly migrator: Migrator
  /** Compares the store of a host without tenants with what this program needs. Null for a platform. */
  readonly checkSchema: (() => Promise<SchemaReport>) | null
  close(): Promise<void>
}

/** Runs one command line. Returns the exit code, and never throws. */
export async function runCli(host: CliHost): Promise<number> {
  let command: Command | null = null
  // This holds even for a command line that can't be parsed, because a caller that asked for JSON reads stdout as JSON.
  const isJson = host.argv.includes('--json')
  try {
    const invocation = parseArguments(host.argv)
    command = invocation.command
    if (invocation.flags.help || invocation.flags.version) {
      host.writeResult(invocation.flags.help ? helpText(command) : libraryVersion)
      return exitCodes.done
    }
    if (command === null) throw usageError('', 'a command is needed')
    const result = await runCommand(host, invocation, command)
    // A run that was stopped did not reach everything, so it is no success, whatever its report says.
    const exitCode = host.signal.aborted && result.exitCode === exitCodes.done ? exitCodes.error : result.exitCode
    host.writeResult(isJson ? jsonText({ command: command.name, exitCode, report: result.report }) : result.text())
    return exitCode
  } catch (error) {
    const exitCode = exitCodeOfError(error)
    if (isJson) host.writeResult(jsonText({ command: command?.name ?? null, exitCode, error: jsonError(error) }))
    host.screen.write(`conversation-store: ${errorLine(error)}\n`)
    return exitCode
  }
}

async function runCommand(host: CliHost, { flags, words }: Invocation, command: Command): Promise<CommandResult> {
  refuseWhatNpmTook(host.env, command, host.argv)
  const envFile = join(host.directory, '.env')
  if (existsSync(envFile)) host.loadEnvFile(envFile)
  const settings = settingsOf(flags, readEnvironment(host.env), readConfig(await loadConfigFile(host.directory, flags.config)))
  const progress = createProgress(host.screen, settings.logLevel, command.stateWords, settings.scope)
  const onAbort = () => progress.print('conversation-store: stopping after the step at work; the same signal again stops at once')
  host.signal.addEventListener('abort', onAbort, { once: true })
  const logger = createLogger(settings.logLevel, progress.print)
  const { migrator, checkSchema, close } = await host.openMigrator(settings, logger)
  const stores: OpenStore[] = []
  const opened = async (tenantId: string | null): Promise<OpenStore> => {
    const store = await host.openStore(settings, tenantId, logger)
    stores.push(store)
    return store
  }
  try {
    return await command.run({
      migrator,
      checkSchema,
      flags,
      words,
      settings,
      signal: host.signal,
      logger,
      onProgress: progress.onProgress,
      showProgress: progress.show,
      openStore: async (tenantId) => (await opened(tenantId)).store,
      openSyncTables: async (tenantId) => (await opened(tenantId)).syncTables,
      openHostDatabase: async (tenantId) => (await opened(tenantId)).hostDatabase,
      confirm: (what) => confirm(host.questions, flags.yes !== undefined, what),
      confirmWord: (what, word) => confirmWord(host.questions, flags.yes !== undefined, what, word),
      confirmName: (what, name) => confirmName(host.questions, flags.yes, what, name),
    })
  } finally {
    host.signal.removeEventListener('abort', onAbort)
    progress.end()
    for (const each of [...stores, { close }]) {
      await each.close().catch((error: unknown) => logger.warn(`the connections were not closed: ${errorLine(error)}`))
    }
  }
}

function errorLine(error: unknown): string {
  const line = usageLine(error) ?? (error instanceof Error ? error.message : String(error))
  // Several servers may refuse, and the error that holds their refusals has no message of its own.
  const inner = error instanceof AggregateError ? error.errors.map(errorLine) : []
  return oneLine([line, ...inner].filter(Boolean).join('; ') || 'an error without a message')
}
