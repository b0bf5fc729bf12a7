import { hostname } from 'node:os'
import type { MongoClient, MongoClientOptions } from 'mongodb'
import type { Pool } from 'pg'
import { openMongoClient } from './open-mongo.js'
import { openPostgresPool } from './open-postgres.js'

/** What the command was told about MongoDB. A setting is null if nobody gave it, in which case the URL may give it. */
export interface MongoConnectionSettings {
  readonly url: string
  readonly maxPoolSize: number | null
  readonly minPoolSize: number | null
  readonly serverSelectionTimeoutMs: number | null
  readonly socketTimeoutMs: number | null
}

/**
 * Creates the client for the runs of the command. It connects with its first command, so `list` works without a server.
 */
export function migrationClient(settings: MongoConnectionSettings, concurrency: number): Promise<MongoClient> {
  const options = clientOptions(settings, concurrency)
  return openMongoClient({ url: settings.url, subject: 'MONGODB_URI', operation: 'migrating MongoDB', options })
}

/**
 * Creates the pool for the runs of the command. It connects with its first statement, so `list` works without a server.
 */
export function migrationPool(url: string, concurrency: number, onIdleError: (error: Error) => void): Promise<Pool> {
  const options = {
    // One connection for each database at work, one that looks on, and one to spare.
    max: concurrency + 2,
    connectionTimeoutMillis: 30_000,
    // `lock show` shows this name. The server cuts it off after 63 bytes.
    application_name: `conversation-store ${process.pid}@${hostname()}`.slice(0, 63),
  }
  return openPostgresPool({ url, subject: 'DATABASE_URL', operation: 'migrating PostgreSQL', options, onIdleError })
}

/** Options that the URL gives take precedence over the defaults, and settings take precedence over both. */
export function clientOptions(settings: MongoConnectionSettings, concurrency: number): MongoClientOptions {
  const { url, maxPoolSize, minPoolSize, serverSelectionTimeoutMs, socketTimeoutMs } = settings
  // There is a connection for each database at work and one that looks on. More of them would be idle.
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
    // Polling takes one connection for each server instead of two. A run is short and does not need to hear of a
    // failover at once.
    serverMonitoringMode: 'poll',
    // The URL can't change this, because a ledger that is read from a secondary may be out of date.
    readPreference: 'primary',
  }
}

function hasOption(url: string, name: string): boolean {
  return new RegExp(`[?&]${name}=`, 'i').test(url)
}
