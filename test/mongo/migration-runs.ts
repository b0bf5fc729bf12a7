import { randomBytes } from 'node:crypto'
import { type CommandStartedEvent, type Db, MongoClient } from 'mongodb'
import type { TargetRun } from '../../src/migrator/kernel/run-target.js'
import type { MigrationLogger, RunContext } from '../../src/migrator/kernel/target.js'
import type { CollectionMigration, MongoMigration } from '../../src/mongo/migrator/migration.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'

const silent: MigrationLogger = { debug() {}, info() {}, warn() {}, error() {} }

/** An empty database for one test. */
export interface EmptyDatabase extends AsyncDisposable {
  readonly client: MongoClient
  readonly db: Db
  target(migrations: readonly CollectionMigration[], leaseTtlMs?: number): ReturnType<typeof mongoTarget>
  commandsOf(work: () => Promise<unknown>): Promise<readonly CommandStartedEvent[]>
  /** Reads the collections, with their options, indexes and documents. */
  content(): Promise<unknown>
}

export async function emptyDatabase(url: string): Promise<EmptyDatabase> {
  const client = await new MongoClient(url, { monitorCommands: true }).connect()
  const db = client.db(`test_${randomBytes(6).toString('hex')}`)
  return {
    client,
    db,
    target: (migrations, leaseTtlMs) =>
      mongoTarget({ client, db, migrations: mongoMigrations(migrations), ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }) }),
    async commandsOf(work) {
      const commands: CommandStartedEvent[] = []
      const note = (event: CommandStartedEvent) => commands.push(event)
      client.on('commandStarted', note)
      await work().finally(() => client.off('commandStarted', note))
      return commands
    },
    async content() {
      const collections = await db.listCollections().toArray()
      return Promise.all(
        collections
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(async (each) => [
            each,
            await db.collection(each.name).indexes(),
            await db.collection(each.name).find().sort({ _id: 1 }).toArray(),
          ]),
      )
    },
    async [Symbol.asyncDispose]() {
      await db.dropDatabase()
      await client.close()
    },
  }
}

export function migration(fields: Partial<CollectionMigration>): CollectionMigration {
  const { collectionName = 'users', version = '001' } = fields
  return {
    collectionName,
    version,
    name: `${version}-${collectionName}`,
    description: 'of a test',
    isPublic: true,
    isTenant: true,
    indexes: [],
    ...fields,
  }
}

export function run(fields: Partial<TargetRun<MongoMigration>> = {}): TargetRun<MongoMigration> {
  return { indexSet: 'platform', lockWaitMs: 30_000, signal: null, logger: silent, batchSize: 10, allowOutOfOrder: false, ...fields }
}

export function context(fields: Partial<RunContext> = {}): RunContext {
  return { signal: new AbortController().signal, logger: silent, batchSize: 10, onStep() {}, ...fields }
}

export async function lock(target: ReturnType<typeof mongoTarget>) {
  return target.lock({ waitMs: 10_000, signal: null, onWait() {} })
}
