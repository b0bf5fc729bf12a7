import { describe, expect, test } from 'vitest'
import type { RawRow } from '../../../src/contract/index.js'
import { inboxMigrations, work } from '../../../src/inbox-migrations/index.js'
import { createConversationStore } from '../../../src/store/create-conversation-store.js'
import { memoryBackend } from '../../contract/memory.js'
import { seededRandom } from '../../histories/random.js'
import { silent, sleepless } from '../moving.js'
import { fillInboxes, inboxesOf } from './talk.js'
import { notRestored } from './undone.js'
import { type Rows, rowsOf, wrongMove, wrongRows } from './violations.js'

type Choice = 'skip' | 'close_source' | 'merge'

/** An inbox that is moved and moved back in memory, with what the rows were at each time. */
async function thereAndBack(onActiveConflict: Choice) {
  const { createAdapter, raw } = memoryBackend()
  const store = createConversationStore({ adapter: createAdapter() })
  const account = store.forAccount('acme')
  const talk = await fillInboxes(account, seededRandom(7))
  const moves = inboxMigrations(account)
  const before = await rowsOf(raw, 'acme')
  const { id } = await moves.start({ ...inboxesOf('acme'), onActiveConflict })
  const run = () => work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
  await run()
  const migration = await account.findInboxMigration({ migrationId: id })
  if (migration === null) throw new Error('the migration is gone')
  const moved = await rowsOf(raw, 'acme')
  await moves.undo(id)
  await run()
  return { ...talk, migration, before, moved, after: await rowsOf(raw, 'acme') }
}

/** The same rows, of which the first that is found has other values. */
function changed(rows: ReadonlyMap<unknown, RawRow>, isIt: (row: RawRow) => boolean, values: RawRow): ReadonlyMap<unknown, RawRow> {
  const found = [...rows].find(([, row]) => isIt(row))
  if (found === undefined) throw new Error('there is no such row')
  return new Map([...rows, [found[0], { ...found[1], ...values }]])
}

describe.each<Choice>(['skip', 'close_source', 'merge'])('a move that is to %s those who are known, and its undo', (choice) => {
  test('leave nothing wrong, and what is planted is found', async () => {
    const { said, spoke, migration, before, moved, after } = await thereAndBack(choice)
    expect(wrongRows(moved, said)).toEqual([])
    expect(wrongMove(migration, before, moved)).toEqual([])
    expect(wrongRows(after, said)).toEqual([])
    expect(notRestored(migration, { before, moved, after }, spoke)).toEqual([])

    const { conversations, contactInboxes, messages } = moved
    const wrong = (other: Partial<Rows>) => wrongRows({ ...moved, ...other }, said)
    const isClosed = ({ status }: RawRow) => status === 'closed'
    const headOf = ({ contact_inbox_id: own }: RawRow) => contactInboxes.get(own)?.canonical_id ?? own
    const active = new Set([...conversations.values()].filter((row) => !isClosed(row)).map(headOf))
    const { destinationOaId, sourceOaId } = migration
    const [message = {}] = messages
    for (const planted of [
      { messages: messages.slice(1) },
      { messages: [...messages, message] },
      { messages: [{ ...message, text: 'other words' }, ...messages.slice(1)] },
      { messages: [{ ...message, conversation_id: 'none' }, ...messages.slice(1)] },
      { conversations: changed(conversations, ({ oa_id }) => oa_id === destinationOaId, { oa_id: sourceOaId }) },
      { conversations: changed(conversations, ({ unread_count }) => unread_count === 1, { unread_count: 2 }) },
      { conversations: changed(conversations, (row) => isClosed(row) && active.has(headOf(row)), { status: 'open' }) },
      { contactInboxes: changed(contactInboxes, ({ canonical_id }) => canonical_id !== null, { oa_id: 'none' }) },
    ]) {
      expect(wrong(planted), JSON.stringify(Object.keys(planted))).not.toEqual([])
    }
  })

  test('are counted and brought back wrongly only if somebody is told', async () => {
    const { spoke, migration, before, moved, after } = await thereAndBack(choice)
    const { conversations, contactInboxes, messages } = migration.moved
    const miscounted = { ...migration, moved: { ...migration.moved, contactInboxes: contactInboxes + 1 } }
    const aliased = new Set([...moved.contactInboxes.values()].map(({ canonical_id }) => canonical_id))
    const isAlone = ({ id, moved: mark, canonical_id }: RawRow) => mark !== null && canonical_id === null && !aliased.has(id)
    const stayed = changed(moved.contactInboxes, isAlone, { oa_id: migration.sourceOaId, customer_id: 'somebody else' })
    expect(wrongMove(miscounted, before, moved)).toHaveLength(1)
    expect(wrongMove({ ...migration, status: 'failed', errorMessage: 'why', errorBacktrace: 'where' }, before, moved)).toEqual([
      'it is failed: why\nwhere',
    ])
    expect(wrongMove(migration, before, { ...moved, contactInboxes: stayed })).not.toEqual([])
    if (choice !== 'merge') {
      const fewer = { ...migration.moved, conversations: conversations - 1, messages: messages - 1 }
      expect(wrongMove({ ...migration, moved: fewer }, before, moved)).toHaveLength(2)
    }
    const isMoved = ({ id }: RawRow) => moved.conversations.get(id)?.moved !== null
    for (const name of ['oa_id', 'channel', 'contact_inbox_id', 'moved', 'status', 'unread_count', 'window_expires_at']) {
      const other = { ...after, conversations: changed(after.conversations, isMoved, { [name]: 'planted' }) }
      expect(notRestored(migration, { before, moved, after: other }, spoke), name).toHaveLength(1)
    }
    for (const name of ['oa_id', 'customer_id', 'contact_id', 'canonical_id', 'moved']) {
      const other = { ...after, contactInboxes: changed(after.contactInboxes, () => true, { [name]: 'planted' }) }
      expect(notRestored(migration, { before, moved, after: other }, spoke), name).not.toEqual([])
    }
  })
})
