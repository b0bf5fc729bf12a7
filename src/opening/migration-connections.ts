import { hostname } from 'node:os'
import type { MongoClient, MongoClientOptions } from 'mongodb'
import type { Pool } from 'pg'
import { openMongoClient } from './open-mongo.js'
import { openPostgresPool } from './open-postgres.js'

/** What the command was told of MongoDB; null where nobody said, and the URL may. */
export interface MongoConnectionSettings {
  readonly url: string
  readonly maxPoolSize: number | null
  readonly minPoolSize: number | null
  readonly serverSelectionTimeoutMs: number | null
  readonly socketTimeoutMs: number | null
}

/** For the command's runs. The client connects with its first command: `list` works without a server. */
export function migrationClient(settings: MongoConnectionSettings, concurrency: number): Promise<MongoClient> {
  const options = clientOptions(settings, concurrency)
  return openMongoClient({ url: settings.url, subject: 'MONGODB_URI', operation: 'migrating MongoDB', options })
}

/** For the command's runs. The pool connects with its first statement: `list` works without a server. */
export function migrationPool(url: string, concurrency: number, onIdleError: (error: Error) => void): Promise<Pool> {
  const options = {
    // One for each database at work, one that looks on, and one to spare.
    max: concurrency + 2,
    connectionTimeoutMillis: 30_000,
    // Told by `lock show`, cut by the server after 63 bytes.
    application_name: `conversation-store ${process.pid}@${hostname()}`.slice(0, 63),
  }
  return openPostgresPool({ url, subject: 'DATABASE_URL', operation: 'migrating PostgreSQL', options, onIdleError })
}

/** What nobody set, the URL may: its options hold before the defaults. */
export function clientOptions(settings: MongoConnectionSettings, concurrency: number): MongoClientOptions {
  const { url, maxPoolSize, minPoolSize, serverSelectionTimeoutMs, socketTimeoutMs } = settings
  // A connection for each database at work and one for what looks on; more would wait idle.
  const most = maxPoolSize ?? Math.max(minPoolSize ?? 0, Math.min(10, concurrency + 1))
  const defaults: MongoClientOptions = {
    ...(hasOption(url, 'maxPoolSize')
      ? {}
      : { maxPoolSize: most, ...(hasOption(url, 'minPoolSize') ? {} : { minPoolSize: Math.min(2, most) }) }),
    ...(hasOption(url, 'serverSelectionTimeoutMS') ? {} : { serverSelectionTimeoutMS: 5_000 }),
    ...(hasOption(url, 'socketTimeoutMS') ? {} : { socketTimeoutMS: 45_000 }),
    ...(hasOption(url, 'appName') ? {} : { appName: 'conversation-store' }),
  }
  return {
    ...defaults,
    ...(maxPoolSize === null ? {} : { maxPoolSize }),
    ...(minPoolSize === null ? {} : { minPoolSize }),
    ...(serverSelectionTimeoutMs === null ? {} : { serverSelectionTimeoutMS: serverSelectionTimeoutMs }),
    ...(socketTimeoutMs === null ? {} : { socketTimeoutMS: socketTimeoutMs }),
    // One connection a server instead of two: a run is short, and need not hear of a failover at once.
    serverMonitoringMode: 'poll',
    // Whatever the URL says: a ledger that is read from a secondary is an old one.
    readPreference: 'primary',
  }
}

function hasOption(url: string, name: string): boolean {
  return new RegExp(`[?&]${name}=`, 'i').test(url)
}
