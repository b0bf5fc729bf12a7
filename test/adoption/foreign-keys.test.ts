import { describe, expect, test } from 'vitest'
import { addOptimisticLocking, backfillAccountIds, lockingSql, mergeDuplicateConversations } from '../../src/adoption/index.js'
import { addDoubles, sqlHosts } from './locking-tables.js'

const row = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
const refusedFor = (key: string) => ({ code: 'UNSUPPORTED', message: expect.stringContaining(key) })

describe.each(sqlHosts)('foreign keys on %s', (_, open) => {
  test.each(['', 'on delete restrict', 'on delete set null', 'deferrable initially deferred'])(
    'that name conversations are refused before any is taken out: %s',
    async (action) => {
      const host = await open()
      const at = `"${host.schema}"`
      await host.query(`create table ${at}.notes (id integer primary key, conversation_id text references ${at}.conversations ${action})`)
      await host.addConversations([
        { id: 'c1', oaId: 'gone', customerId: 'x' },
        { id: 'c2', ...row },
        { id: 'c3', ...row },
      ])
      await host.query(`insert into ${at}.notes values (1, 'c1'), (2, 'c2')`)
      const options = { db: host.db, conversations: host.where }
      const refused = refusedFor('notes_conversation_id_fkey')
      const removals = [
        { policy: 'quarantine' },
        { policy: 'delete', confirm: 'DELETE', archive: '/tmp/conversation-store-never-written.ndjson' },
      ] as const
      for (const orphans of removals) await expect(backfillAccountIds({ ...options, orphans }).apply()).rejects.toMatchObject(refused)
      await expect(mergeDuplicateConversations(options).apply()).rejects.toMatchObject(refused)
      expect(await host.conversations()).toHaveLength(3)
    },
  )

  test('of messages do not hinder a merge in the column that it re-points, and do in another', async () => {
    const host = await open()
    const at = `"${host.schema}"`
    await host.query(`alter table ${at}.messages add foreign key (conversation_id) references ${at}.conversations`)
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    await host.addMessages([{ id: 'm1', conversationId: 'c1', messageId: 'a' }])
    const merge = mergeDuplicateConversations({ db: host.db, conversations: host.where })
    await host.query(`alter table ${at}.messages add column answers text references ${at}.conversations`)
    await expect(merge.apply()).rejects.toMatchObject(refusedFor('messages_answers_fkey'))
    await host.query(`alter table ${at}.messages drop column answers`)
    expect(await merge.apply()).toMatchObject({ losers: 1, movedMessages: 1 })
  })

  test.each(['on delete cascade', ''])('that name messages let a merge drop no double of them: %s', async (action) => {
    const host = await open()
    const at = `"${host.schema}"`
    await host.query(`create table ${at}.files (id integer primary key, message_id text references ${at}.messages ${action})`)
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row },
    ])
    await host.addMessages([
      { id: 'm1', conversationId: 'c1', messageId: 'a' },
      { id: 'm2', conversationId: 'c2', messageId: 'a' },
    ])
    await host.query(`insert into ${at}.files values (1, 'm1'), (2, 'm2')`)
    const options = { db: host.db, conversations: host.where }
    await expect(mergeDuplicateConversations(options).apply()).rejects.toMatchObject(refusedFor('files_message_id_fkey'))
    expect(await host.query(`select id from ${at}.files`)).toHaveLength(2)
    expect(await host.conversations()).toHaveLength(2)
    expect(await mergeDuplicateConversations({ ...options, messages: { messageId: null } }).apply()).toMatchObject({ movedMessages: 1 })
    expect(await host.query(`select id from ${at}.files`)).toHaveLength(2)
  })

  test.each(['on delete cascade', ''])('that name events let no double of them be taken out: %s', async (action) => {
    const host = await open()
    const at = `"${host.schema}"`
    await host.query(
      `create table ${at}.files (id integer primary key, event_id bigint references ${at}.contact_interaction_events ${action})`,
    )
    await addDoubles(host)
    await host.query(`insert into ${at}.files select id, id from ${at}.contact_interaction_events`)
    const count = () => host.query(`select count(*)::int as n from ${at}.files join ${at}.contact_interaction_events e on e.id = event_id`)
    const before = await count()
    const conversations = { schema: host.schema }
    await expect(addOptimisticLocking({ db: host.db, conversations }).apply()).rejects.toMatchObject(refusedFor('files_event_id_fkey'))
    const text = await lockingSql({ conversations })
    await expect(host.query(text)).rejects.toThrow(/files_event_id_fkey/)
    expect(await count()).toEqual(before)
    await host.query(`delete from ${at}.files`)
    await host.query(`alter table ${at}.files drop constraint files_event_id_fkey`)
    await host.query(text)
    expect(await addOptimisticLocking({ db: host.db, conversations }).apply()).toMatchObject({ added: [] })
  })
})
