import type { MigrationSession } from '../migration.js'
import { readJson } from './read-json.js'

/**
 * Changes settings of the session while `work` runs, and restores them afterwards. Settings that the server doesn't
 * have are left out.
 */
export async function withSettings<T>(
  session: MigrationSession,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const [before = {}] = await readJson<Record<string, string | null>>(
    session,
    `select json_object_agg(name, current_setting(name, true))::text as settings from json_array_elements_text($1::json) as names(name)`,
    [JSON.stringify(Object.keys(settings))],
  )
  const known = Object.entries(settings).filter(([name]) => typeof before[name] === 'string')
  await set(session, known)
  try {
    return await work()
  } finally {
    // After a failed transaction and on a lost connection they are restored by themselves.
    await set(
      session,
      known.map(([name]) => [name, before[name] ?? '']),
    ).catch(() => {})
  }
}

async function set(session: MigrationSession, settings: readonly (readonly [string, string])[]): Promise<void> {
  // What is set for the session in a transaction that has written outlives it, with that transaction's own limits.
  const isLocal = 'pg_catalog.txid_current_if_assigned() is not null'
  const calls = settings.map((_, at) => `pg_catalog.set_config($${at * 2 + 1}::text, $${at * 2 + 2}::text, ${isLocal})`)
  await session.query(`select ${calls.join(', ')}`, settings.flat())
}
