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
  return `What keeps doubles out stood on ${since.toISOString().slice(0, 10)} and was dropped since, as an ORM does that does not declare it.`
}

/** What of a guard that was made is missing now, in sentences. */
export async function droppedOf(db: AdoptionDatabase, guard: RememberedGuard): Promise<readonly string[]> {
  if (guard.helper === 'allowClosedDuplicates') {
    const { ok, problems } = await allowClosedDuplicates({ ...guard.options, db }).verify()
    return ok ? [] : [droppedText(guard.since), ...problems]
  }
  const { ok, name } = await swapUniqueIndex({ ...guard.options, db }).verify()
  return ok ? [] : [droppedText(guard.since), `The unique index ${name} is missing.`]
}
