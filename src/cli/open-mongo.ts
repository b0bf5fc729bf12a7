import type { MongoClient, MongoClientOptions } from 'mongodb'
import { installed } from '../installed.js'
import type { MongoSettings } from './settings.js'
import { usageError } from './usage-error.js'

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
  const setting = (
    name: 'maxPoolSize' | 'minPoolSize' | 'serverSelectionTimeoutMS' | 'socketTimeoutMS',
    value: number | null,
    byDefault: number,
  ) => (value === null && hasOption(settings.url, name) ? {} : { [name]: value ?? byDefault })
  // Of more connections than there are databases at work only the monitors' heartbeats would make use.
  const poolSize = settings.maxPoolSize === null ? Math.min(10, concurrency + 1) : settings.maxPoolSize
  return {
    ...setting('maxPoolSize', settings.maxPoolSize, poolSize),
    ...setting('minPoolSize', settings.minPoolSize, Math.min(2, poolSize)),
    ...setting('serverSelectionTimeoutMS', settings.serverSelectionTimeoutMs, 5_000),
    ...setting('socketTimeoutMS', settings.socketTimeoutMs, 45_000),
    // Whatever the URL says: a ledger that is read from a secondary is an old one.
    readPreference: 'primary',
    ...(hasOption(settings.url, 'appName') ? {} : { appName: 'conversation-store' }),
  }
}

function hasOption(url: string, name: string): boolean {
  return new RegExp(`[?&]${name}=`, 'i').test(url)
}
