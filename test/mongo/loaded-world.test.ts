import { describe, expect, test } from 'vitest'
import type { ContactInboxRow, ConversationRow, MessageRow } from '../../src/model/planning/rows.js'
import { markedAtOnce } from '../../src/mongo/upsert/left-to-mark.js'
import { loadedWorld } from '../../src/mongo/upsert/loaded-world.js'
import { WorldIncomplete } from '../../src/mongo/upsert/needs.js'

const at = (seconds: number) => new Date(seconds * 1000)

function contactInbox(id: string, more: Partial<ContactInboxRow> = {}): ContactInboxRow {
  const own = {
    id,
    accountId: 'a',
    oaId: 'o',
    customerId: id,
    contactId: null,
    canonicalId: null,
    scopes: null,
    identities: null,
    previousHeadId: null,
    channel: 'api',
  }
  return { ...own, deliveredWatermark: null, readWatermark: null, droppedEvents: 0, createdAt: at(0), ...more }
}
function message(id: string, seq: number, more: Partial<MessageRow> = {}): MessageRow {
  return {
    id,
    seq,
    conversationId: 'c',
    contactInboxId: 'ci',
    scopeId: 'ci',
    messageId: id,
    localId: null,
    occurredAt: at(seq),
    ...more,
  } as MessageRow
}
function conversation(id: string, more: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id,
    accountId: 'a',
    oaId: 'o',
    contactInboxId: 'ci',
    status: 'closed',
    usernameKey: null,
    operations: [],
    droppedUntil: null,
    createdAt: at(0),
    ...more,
  } as ConversationRow
}

describe('a world that was loaded', () => {
  test('asks for what it was not told, and answers once it was', () => {
    const world = loadedWorld()
    expect(() => world.contactInbox('o', 'ci')).toThrow(WorldIncomplete)
    world.answered({ what: 'customer', oaId: 'o', customerId: 'ci' })
    expect(world.contactInbox('o', 'ci')).toBeNull()

    world.contactInboxes.load(contactInbox('ci'))
    expect(() => world.messageByMessageId('ci', 'm')).toThrow(WorldIncomplete)
    world.answered({ what: 'message by message id', contactInboxId: 'ci', value: 'm' })
    expect(world.messageByMessageId('ci', 'm')).toBeNull()
    expect(() => world.messageByMessageId('ci', 'n')).toThrow(WorldIncomplete)
  })

  test('asks nothing of a contact inbox and a conversation that came into being here', () => {
    const world = loadedWorld()
    world.putContactInbox(contactInbox('ci'))
    world.putConversation(conversation('c', { status: 'open' }))
    expect(world.messageByLocalId('ci', 'l')).toBeNull()
    expect(world.undelivered('ci', 'read', watermark(9))).toEqual([])
    expect(world.aliasesOf('ci')).toEqual([])
    expect(world.activeConversation('ci')?.id).toBe('c')
    expect(world.latestMessage({ id: 'c', merges: [] })).toBeNull()
  })

  test('takes writes back to a mark, with the keys that they changed', () => {
    const world = loadedWorld()
    world.contactInboxes.load(contactInbox('ci'))
    world.messages.load(message('m', 1))
    const mark = world.mark()
    world.putMessage(message('m', 1, { messageId: null, localId: 'l' }))
    world.putMessage(message('n', 2))
    world.deleteMessage(message('m', 1))
    expect(() => world.messageByMessageId('ci', 'm')).toThrow(WorldIncomplete)
    world.rollbackTo(mark)
    expect(world.messageByMessageId('ci', 'm')).toMatchObject({ id: 'm', seq: 1 })
    expect(world.messages.changes()).toEqual({ inserted: [], updated: [], deleted: [] })
  })

  test('keeps what was written above what is loaded later', () => {
    const world = loadedWorld()
    world.conversations.load(conversation('c', { version: 3 }))
    world.putConversation(conversation('c', { version: 4 }))
    world.conversations.load(conversation('c', { version: 3 }))
    expect(world.conversation('c')?.version).toBe(4)
    expect(world.conversations.changes().updated).toMatchObject([{ before: { version: 3 }, row: { version: 4 } }])
  })

  test('tells the latest conversation by creation, and then by the bytes of its id', () => {
    const world = loadedWorld()
    for (const id of ['z', '\uFF5E', '😀']) world.conversations.load(conversation(id))
    world.conversations.load(conversation('older', { createdAt: at(-1) }))
    for (const what of ['active conversation', 'latest conversation'] as const) world.answered({ what, contactInboxId: 'ci' })
    expect(world.latestConversation('ci')?.id).toBe('😀')
    expect(world.activeConversation('ci')).toBeNull()
  })

  test('finds the latest message again when the one that it had loaded is gone', () => {
    const world = loadedWorld()
    const needOf = () => {
      try {
        return { row: world.latestMessage({ id: 'c', merges: [] }) }
      } catch (error) {
        if (!(error instanceof WorldIncomplete)) throw error
        return error.needs[0]
      }
    }
    world.messages.load(message('m3', 3))
    world.deleteMessage(message('m3', 3))
    const first = needOf()
    expect(first).toEqual({ what: 'latest message', conversationId: 'c', merges: [], but: ['m3'] })
    world.messages.load(message('m2', 2))
    world.answered({ what: 'latest message', conversationId: 'c', merges: [], but: ['m3'] })
    expect(needOf()).toMatchObject({ row: { id: 'm2' } })
    world.deleteMessage(message('m2', 2))
    expect(needOf()).toEqual({ what: 'latest message', conversationId: 'c', merges: [], but: ['m3', 'm2'] })
    world.answered({ what: 'latest message', conversationId: 'c', merges: [], but: ['m3', 'm2'] })
    expect(needOf()).toEqual({ row: null })
  })

  test('knows undelivered messages up to the time to which they were loaded', () => {
    const world = worldOfSent(4)
    world.answered({ what: 'undelivered', contactInboxId: 'ci', status: 'read', upTo: at(3) })
    expect(world.undelivered('ci', 'read', watermark(3)).map(({ id }) => id)).toEqual(['m1', 'm2', 'm3'])
    expect(() => world.undelivered('ci', 'read', watermark(4))).toThrow(WorldIncomplete)
    expect(() => world.undelivered('ci', 'delivered', watermark(3))).toThrow(WorldIncomplete)
    expect(world.leftToMark()).toEqual([])
  })

  test('leaves messages to mark when as many were loaded as one transaction marks, until the write is undone', () => {
    const world = worldOfSent(markedAtOnce + 1)
    world.answered({ what: 'undelivered', contactInboxId: 'ci', status: 'read', upTo: at(markedAtOnce) })
    world.answered({ what: 'undelivered', contactInboxId: 'ci', status: 'read', upTo: at(markedAtOnce - 1) })
    const before = world.mark()
    expect(world.undelivered('ci', 'read', watermark(markedAtOnce - 1))).toHaveLength(markedAtOnce - 1)
    expect(world.leftToMark()).toEqual([])
    expect(world.undelivered('ci', 'read', watermark(markedAtOnce))).toHaveLength(markedAtOnce)
    expect(world.leftToMark()).toEqual([{ contactInboxId: 'ci', status: 'read', ...watermark(markedAtOnce) }])
    world.rollbackTo(before)
    expect(world.leftToMark()).toEqual([])
  })
})

function watermark(minute: number) {
  return { upTo: at(minute), at: at(0) }
}

/** A world that has loaded outbound messages, each sent one minute after the one before it. */
function worldOfSent(count: number) {
  const world = loadedWorld()
  world.conversations.load(conversation('c'))
  world.contactInboxes.load(contactInbox('ci'))
  for (let seq = 1; seq <= count; seq++) {
    world.messages.load(
      message(`m${seq}`, seq, { direction: 'outbound', status: 'sent', sentAt: at(seq), deliveredAt: null, readAt: null }),
    )
  }
  return world
}
