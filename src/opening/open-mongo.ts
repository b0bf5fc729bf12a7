import type { MongoClient, MongoClientOptions } from 'mongodb'
import type { MongoSettings } from '../cli/settings.js'
import { usageError } from '../cli/usage-error.js'
import { installed } from './installed.js'

/** The driver's client, which connects with its first command: `list` works without a server. */
export async function openMongo(settings: MongoSettings, concurrency: number): Promise<MongoClient> {
  const driver = await installed(import('mongodb'), 'migrating MongoDB', 'mongodb')
  try {
    return new driver.MongoClient(settings.url, clientOptions(settings, concurrency))
  } catch {
    // Without a cause: a driver's error may quote the URL, and the URL may hold a password.
    throw usageError('MONGODB_URI', 'must be a connection string that the driver takes, without unknown options')
  }
}

/** What nobody set, the URL may: its options hold before the defaults. */
export function clientOptions(settings: MongoSettings, concurrency: number): MongoClientOptions {
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
