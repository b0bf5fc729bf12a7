import type { Db } from 'mongodb'

const some = <T>(make: (n: number) => T): T[] => Array.from({ length: 500 }, (_, n) => make(n))

/** Sessions of syncs and moves of inboxes, of which some are not over. */
export async function fillPasses(db: Db): Promise<void> {
  const sessionOf = (n: number) => (n < 100 ? { latest: true } : { clearable_at: new Date(Date.UTC(2026, 0, 1) + n * 60_000) })
  const state = (n: number) => (n < 50 ? { unfinished: true, ...(n < 5 && { deadline_at: new Date(n) }) } : sessionOf(n))
  const session = { accountId: 'acme', origin: 'pulled', source: 's' }
  const sessions = some((n) => ({ ...session, page_id: `p${n % 50}`, started_at: new Date(n), ...state(n) }))
  await db.collection('sync_state').insertMany(sessions)
  const moves = some((n) => ({
    accountId: 'acme',
    source_oa_id: `p${n % 50}`,
    created_at: new Date(n),
    ...(n < 50 && { inboxes: [`p${n}`, `d${n}`] }),
  }))
  await db.collection('inbox_migrations').insertMany(moves)
}
