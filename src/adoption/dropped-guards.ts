import { isConversationStoreError } from '../model/errors.js'
import { allowClosedDuplicates } from './allow-closed-duplicates.js'
import { byEngine } from './databases.js'
import type { KeptGuards, RememberedGuard } from './kept-guards.js'
import type { AdoptionDatabase } from './options.js'
import { swapUniqueIndex } from './swap-unique-index.js'

/** The guards that helpers made in the database, on PostgreSQL in the schema. */
export function guardsOf(db: AdoptionDatabase, schema = 'public'): Promise<KeptGuards> {
  return byEngine(db, {
    mongo: async (database) => (await import('./mongo/kept-guards.js')).keptGuards(database),
    postgres: async (driver) => (await import('./postgres/kept-guards.js')).keptGuards(driver, schema),
  })
}

/** What is told of a guard that stood once. */
export function droppedText(since: Date): string {
  return `What keeps doubles out stood on ${dayOf(since)} and was dropped since, as an ORM does that does not declare it.`
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** What of a guard that was made is missing now, in sentences. A table that is gone or renamed is missing too. */
export async function droppedOf(db: AdoptionDatabase, guard: RememberedGuard): Promise<readonly string[]> {
  try {
    const problems = await missingOf(db, guard)
    return problems.length === 0 ? [] : [droppedText(guard.since), ...problems]
  } catch (error) {
    if (!isConversationStoreError(error, 'VALIDATION_FAILED')) throw error
    return [`What keeps doubles out stood on ${dayOf(guard.since)}, and its table is another one now: ${error.message}`]
  }
}

async function missingOf(db: AdoptionDatabase, guard: RememberedGuard): Promise<readonly string[]> {
  if (guard.helper === 'allowClosedDuplicates') return (await allowClosedDuplicates({ ...guard.options, db }).verify()).problems
  const { ok, name } = await swapUniqueIndex({ ...guard.options, db }).verify()
  return ok ? [] : [`The unique index ${name} is missing.`]
}
