import type { Db, Document } from 'mongodb'

/**
 * What is wrong with the groups of a database: every head lists its aliases, every conversation repeats the scopes and
 * aliases of its head, and is linked where the head has several identities. No alias points at another one, or keeps
 * what only heads have. Nothing is wrong where this is empty.
 */
export async function wrongGroups(db: Db): Promise<readonly string[]> {
  const rows = await db.collection('contact_inboxes').find().toArray()
  const conversations = await db.collection('conversations').find().toArray()
  const idOf = ({ accountId, _id }: Document) => `${accountId} ${_id}`
  const byId = new Map(rows.map((row) => [idOf(row), row]))
  const headOf = (row: Document) => byId.get(`${row.accountId} ${row.canonical_id ?? row._id}`)
  const wrong: string[] = []
  const expectSame = (what: string, actual: unknown, expected: unknown) => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      wrong.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`)
    }
  }

  for (const row of rows) {
    const what = `contact inbox ${row.customer_id} of ${row.accountId}`
    if (row.canonical_id !== undefined) {
      expectSame(`${what}, the head of its head`, headOf(row)?.canonical_id, undefined)
      for (const field of ['aliases', 'scopes', 'identities']) expectSame(`${what}, ${field}`, row[field], undefined)
    }
    const aliases = rows.filter(({ accountId, canonical_id }) => accountId === row.accountId && canonical_id === row._id)
    expectSame(`${what}, aliases`, sorted(row.aliases ?? []), sorted(aliases.map(aliasOf)))
  }
  for (const conversation of conversations) {
    const what = `conversation of ${conversation.customer_id} of ${conversation.accountId}`
    const own = byId.get(`${conversation.accountId} ${conversation.contact_inbox_id}`)
    const head = own && headOf(own)
    if (head === undefined) {
      wrong.push(`${what} has no contact inbox`)
      continue
    }
    const isAlone = head.scopes === undefined && head.aliases === undefined
    const group = { scopes: head.scopes ?? [head._id], aliases: head.aliases ?? [] }
    expectSame(`${what}, group`, conversation.group, isAlone ? undefined : group)
    if (head._id === own?._id) expectSame(`${what}, customer`, conversation.customer_id, head.customer_id)
    const isLinked = conversation.is_linked === true
    if (isLinked || head.identities?.length > 1) expectSame(`${what}, is_linked`, isLinked, head.identities !== undefined)
  }
  return wrong
}

function aliasOf({ _id: id, customer_id, previous_head_id }: Document): Document {
  return { id, customer_id, ...(previous_head_id !== undefined && { previous_head_id }) }
}

function sorted(aliases: readonly Document[]): readonly Document[] {
  return aliases.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
