import { escapeIdentifier } from 'pg'
import { describe, expect, test } from 'vitest'
import { legacyViews, lockingQueries } from '../../src/adoption/index.js'
import { createConversationStore } from '../../src/index.js'
import { newSchemaName, onPglite, onServer } from '../postgres/scratch-schema.js'

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
type InSession = <T>(work: (query: Query) => Promise<T>) => Promise<T>

async function ofServer() {
  const scratch = await onServer()
  const inSession: InSession = async (work) => {
    const client = await scratch.pool.connect()
    try {
      return await work(async (text, values = []) => (await client.query(text, values)).rows)
    } finally {
      client.release()
    }
  }
  return { ...scratch, inSession }
}

async function ofPglite() {
  const scratch = await onPglite()
  const inSession: InSession = (work) => work(scratch.query)
  return { ...scratch, inSession }
}

describe.each([
  ['PostgreSQL', ofServer],
  ['PGlite', ofPglite],
] as const)('the views of one account on %s', (_, open) => {
  const message = (messageId: string, minute: number) =>
    ({ type: 'message', messageId, text: messageId, occurredAt: new Date(Date.UTC(2026, 0, 1, 10, minute)) }) as const

  async function begun() {
    const { adapter, schema, query, inSession } = await open()
    const store = createConversationStore({ adapter })
    const viewSchema = newSchemaName()
    const accountId = "acme's \\ $fn$"
    const acme = store.forAccount(accountId)
    await store.forAccount('other').upsertConversationWithEvents({ oaId: 'page', customerId: 'lan', events: [message('m1', 1)] })
    const first = await acme.upsertConversationWithEvents({ oaId: 'page', customerId: 'lan', events: [message('m1', 1)] })
    await acme.closeConversation({ oaId: 'page', customerId: 'lan' })
    const second = await acme.upsertConversationWithEvents({ oaId: 'page', customerId: 'lan', nickname: 'Lan', events: [message('m2', 2)] })
    await acme.upsertConversationWithEvents({ oaId: 'page', customerId: 'hoa', events: [message('m3', 3)] })
    await acme.closeConversation({ oaId: 'page', customerId: 'hoa' })
    await acme.upsertConversation({ oaId: 'page', customerId: 'silent' })
    const text = legacyViews({ accountId, viewSchema, schema })
    for (let time = 0; time < 2; time++)
      for (const statement of text.split(/;\n/).filter((each) => each.trim() !== '')) await query(statement)
    const at = escapeIdentifier(viewSchema)
    return { query, inSession, schema, at, first, second }
  }

  test('have one row for a customer: the active conversation, or the latest', async () => {
    const { query, at, first, second } = await begun()
    const rows = await query(
      `select sender_id, page_id, conversation_id, nickname, status, version from ${at}.messenger_conversations order by 1`,
    )
    expect(rows).toMatchObject([
      { sender_id: 'hoa', page_id: 'page', status: 'closed', version: 1 },
      { sender_id: 'lan', page_id: 'page', status: 'open', nickname: 'Lan', version: 0, conversation_id: second.conversation?.id },
    ])
    expect(first.conversation?.id).not.toBe(second.conversation?.id)
    expect(await query(`select sender_id from ${at}.messenger_conversations_without_events`)).toEqual([{ sender_id: 'silent' }])
    const events = await query(
      `select message_id, event_type, text, conversation_id from ${at}.contact_interaction_events where message_id <> 'm3' order by message_id`,
    )
    expect(events).toEqual(
      ['m1', 'm2'].map((id) => ({ message_id: id, event_type: 'message', text: id, conversation_id: second.conversation?.id })),
    )
    expect(
      await query(
        `select column_default from information_schema.columns where table_schema = $1 and table_name = 'messenger_conversations' and column_name = 'version'`,
        [at.slice(1, -1)],
      ),
    ).toEqual([{ column_default: '0' }])
  })

  test('answer the queries of the guide, word for word', async () => {
    const { inSession, at, schema } = await begun()
    const answers = await inSession(async (query) => {
      await query(`set search_path to ${at}, ${escapeIdentifier(schema)}`)
      const found: Record<string, unknown> = {}
      for (const [name, text] of Object.entries(lockingQueries())) found[name] = Number((await query(text))[0]?.count)
      await query('reset search_path')
      return found
    })
    expect(answers).toEqual({
      versionColumns: 1,
      eventIndexes: 2,
      tables: 2,
      functions: 4,
      views: 2,
      conversations: 2,
      withoutEvents: 0,
      duplicates: 0,
    })
  })
})
