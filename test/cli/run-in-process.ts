import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { onTestFinished } from 'vitest'
import type { HostDatabase } from '../../src/cli/commands/command.js'
import { type CliHost, runCli } from '../../src/cli/run-cli.js'
import type { Settings } from '../../src/cli/settings.js'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import type { SyncTables } from '../../src/migrator/kernel/sync-tables.js'
import type { Migrator } from '../../src/migrator/migrator.js'
import type { SchemaReport } from '../../src/store/schema-port.js'
import { fakeMigrator } from './fake-migrator.js'
import { fakeSyncTables } from './fake-sync-tables.js'

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** The questions that the person at the terminal was asked. */
  readonly questions: readonly string[]
  /** Null if the run did not get so far. */
  readonly settings: Settings | null
  /** The tenants whose stores were opened. Null stands for the store of the configured database. */
  readonly tenantIds: readonly (string | null)[]
  readonly closed: number
}

export interface Circumstances {
  /** If it says nothing of a server, it also says what .env.example does: a platform on MongoDB. */
  readonly env?: Readonly<Record<string, string>>
  readonly directory?: string
  readonly migrator?: Migrator
  readonly store?: ConversationStore
  readonly syncTables?: SyncTables
  readonly checkSchema?: () => Promise<SchemaReport>
  /** Opened when it is asked for, because a PGlite takes seconds to start. */
  readonly hostDatabase?: () => HostDatabase
  /** If it is given, somebody sits at the terminal and answers this. */
  readonly answer?: string
  readonly signal?: AbortSignal
  /** Fails the end of the connections. */
  readonly closing?: Error
}

/** Runs the command line in this process, on a migrator without databases. */
export async function run(argv: readonly string[], circumstances: Circumstances = {}): Promise<Ran> {
  const { directory = await scratchDirectory(), migrator = fakeMigrator().migrator, answer } = circumstances
  const env: Record<string, string | undefined> = { ...configured(circumstances.env ?? {}) }
  // As in Node's loader, a file does not overwrite what the environment already has.
  const dotEnv = parseEnv(await readFile(join(directory, '.env'), 'utf8').catch(() => ''))
  const ran = {
    stdout: '',
    stderr: '',
    questions: [] as string[],
    settings: null as Settings | null,
    tenantIds: [] as (string | null)[],
    closed: 0,
  }
  const host: CliHost = {
    argv,
    directory,
    env,
    loadEnvFile: () => {
      for (const [name, value] of Object.entries(dotEnv)) env[name] ??= value
    },
    writeResult: (text) => {
      ran.stdout += `${text}\n`
    },
    screen: {
      isTerminal: false,
      width: () => 80,
      write: (text) => {
        ran.stderr += text
      },
    },
    questions: {
      isTerminal: answer !== undefined,
      ask: async (question) => {
        ran.questions.push(question)
        return answer ?? ''
      },
    },
    signal: circumstances.signal ?? new AbortController().signal,
    openStore: async (_, tenantId) => {
      ran.tenantIds.push(tenantId)
      const { store = createConversationStore({ adapter: memory() }), syncTables = fakeSyncTables().syncTables } = circumstances
      return {
        store,
        syncTables,
        get hostDatabase() {
          if (circumstances.hostDatabase === undefined) throw new Error('this run has no database of a host')
          return circumstances.hostDatabase()
        },
        close: async () => {
          ran.closed += 1
        },
      }
    },
    openMigrator: async (settings) => {
      ran.settings = settings
      return {
        migrator,
        checkSchema: circumstances.checkSchema ?? null,
        close: async () => {
          if (circumstances.closing !== undefined) throw circumstances.closing
          ran.closed += 1
        },
      }
    },
  }
  return { exitCode: await runCli(host), ...ran }
}

function configured(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (env.MONGODB_URI !== undefined || env.DATABASE_URL !== undefined) return env
  return { MONGODB_URI: 'mongodb://db.test:27017', MONGODB_PUBLIC_DATABASE: 'chat_public', ...env }
}

/** Makes a new directory with these files, which is removed when the test has finished. */
export async function scratchDirectory(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'conversation-store-cli-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content)
  return directory
}
