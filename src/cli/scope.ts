import type { GivenFlags } from './options/read-options.js'
import type { GivenOptions } from './options/run-options.js'
import { usageError } from './usage-error.js'

/**
 * What a command is about: `store` is the one store of the database that the URL names, `platform` is a public database
 * and the databases of its tenants.
 */
export type Scope = 'store' | 'platform'

const choosingFlags = [
  ['publicOnly', '--public-only'],
  ['tenantsOnly', '--tenants-only'],
  ['tenantIds', '--tenant'],
  ['retryFailed', '--retry-failed'],
] as const

const platformFields = ['publicDatabase', 'publicSchema', 'tenants', 'migrations'] as const

/**
 * A platform is meant only if something says so: a host that has one database and no tenants says nothing of the kind,
 * and must not get a database `chat_public` beside its own. Throws VALIDATION_FAILED if a flag asks for tenants where
 * the configuration says that there is no platform.
 */
export function scopeOf(engine: 'mongo' | 'postgres', flags: GivenFlags, environment: GivenOptions, config: GivenOptions): Scope {
  const choosing = choosingFlags.find(([key]) => flags[key] !== undefined)
  const said = flags.platform ?? config.platform
  if (said === false && choosing !== undefined) {
    throw usageError(choosing[1], 'is for a platform with tenants, and conversation-store.config says `platform: false`')
  }
  if (said !== undefined) return said ? 'platform' : 'store'
  // MongoDB's variables may be set while a command works on PostgreSQL.
  const isNamed = engine === 'mongo' && environment.publicDatabase !== undefined
  return choosing !== undefined || isNamed || platformFields.some((field) => config[field] !== undefined) ? 'platform' : 'store'
}

/** Throws VALIDATION_FAILED for a flag that would do nothing, because there are no tenants or no public database. */
export function refusePlatformFlags({ concurrency, onError, indexSet }: GivenFlags): void {
  const useless =
    (concurrency !== undefined && '--concurrency') ||
    (onError !== undefined && '--on-error') ||
    (indexSet === 'platform' && '--index-set=platform')
  if (useless) throw usageError(useless, 'is for a platform with tenants; give --platform, or leave it out')
}
