import { equal } from 'node:assert/strict'
import type { JsonObject } from '../../../src/index.js'
import { changedConstants } from './changed-constants.js'
import { newCustomer, type Room, refuses } from './room.js'
import { documentBytes, documentItems, documentValue, holdsBytes, holdsCounts, idItems, nameItems, textItems } from './sql-limits.js'

const { limits, defaultPageItems, longestReopenWithinMs } = changedConstants

function messages(count: number, more: object = {}) {
  return Array.from({ length: count }, (_, index) => ({ type: 'message' as const, messageId: `m${index}`, text: 'x', ...more }))
}

function nested(depth: number): JsonObject {
  return depth === 1 ? {} : { k: nested(depth - 1) }
}

/**
 * Each scenario checks what one limit accepts, and that the next greater value is refused by the library on every
 * backend, and by the SQL functions.
 */
export const limitScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async 'limits.idBytes'(room) {
    const write = (length: number) => room.account('ids').upsertConversation({ oaId: 'page', customerId: 'c'.repeat(length) })
    equal((await write(limits.idBytes)).outcome, 'created')
    await refuses(write(limits.idBytes + 1), 'VALIDATION_FAILED')
    await holdsBytes(room, limits.idBytes, idItems)
    const account = (length: number) =>
      room.sql?.('upsert_conversation_with_events', { account_id: 'a'.repeat(length), oa_id: 'page', customer_id: 'c' })
    await account(limits.idBytes)
    if (room.sql) await refuses(Promise.resolve(account(limits.idBytes + 1)), '23514')
  },
  async 'limits.textBytes'(room) {
    const write = (length: number) =>
      room.account('texts').upsertConversationWithEvents({ ...newCustomer(), events: messages(1, { text: 'x'.repeat(length) }) })
    equal((await write(limits.textBytes)).outcome, 'created')
    await refuses(write(limits.textBytes + 1), 'PAYLOAD_TOO_LARGE')
    await holdsBytes(room, limits.textBytes, textItems)
  },
  async 'limits.nameBytes'(room) {
    const write = (length: number) => room.account('names').upsertConversation({ ...newCustomer(), nickname: 'x'.repeat(length) })
    equal((await write(limits.nameBytes)).outcome, 'created')
    await refuses(write(limits.nameBytes + 1), 'PAYLOAD_TOO_LARGE')
    await holdsBytes(room, limits.nameBytes, nameItems)
  },
  async 'limits.metadataBytes'(room) {
    const metadata = (bytes: number) => ({ k: 'x'.repeat(bytes - '{"k":""}'.length) })
    const write = (bytes: number) => room.account('metadata').upsertConversation({ ...newCustomer(), metadata: metadata(bytes) })
    equal((await write(limits.metadataBytes)).outcome, 'created')
    await refuses(write(limits.metadataBytes + 1), 'PAYLOAD_TOO_LARGE')
    await holdsBytes(room, documentBytes, documentItems, documentValue)
  },
  async 'limits.metadataDepth'(room) {
    const write = (depth: number) => room.account('depth').upsertConversation({ ...newCustomer(), metadata: nested(depth) })
    equal((await write(limits.metadataDepth)).outcome, 'created')
    await refuses(write(limits.metadataDepth + 1), 'VALIDATION_FAILED')
  },
  async 'limits.metadataValues'(room) {
    // The list is a value itself.
    const write = (values: number) =>
      room.account('values').upsertConversation({ ...newCustomer(), metadata: { k: Array.from({ length: values - 1 }, () => 1) } })
    equal((await write(limits.metadataValues)).outcome, 'created')
    await refuses(write(limits.metadataValues + 1), 'PAYLOAD_TOO_LARGE')
  },
  async 'limits.batchValues'(room) {
    const metadata = { k: Array.from({ length: limits.metadataValues - 1 }, () => 1) }
    const write = (count: number) =>
      room.account('values').upsertConversationWithEvents({ ...newCustomer(), events: messages(count, { metadata, attachments: images }) })
    const images = Array.from({ length: limits.attachments }, () => ({ type: 'image', payload: metadata }))
    equal((await write(5)).outcome, 'created')
    await refuses(write(6), 'PAYLOAD_TOO_LARGE')
  },
  async 'limits.attachments'(room) {
    const attachments = (count: number) => Array.from({ length: count }, () => ({ type: 'image' }))
    const write = (count: number) =>
      room.account('attachments').upsertConversationWithEvents({
        ...newCustomer(),
        events: [{ type: 'message', messageId: 'm', attachments: attachments(count) }],
      })
    equal((await write(limits.attachments)).outcome, 'created')
    await refuses(write(limits.attachments + 1), 'PAYLOAD_TOO_LARGE')
  },
  async 'limits.batchConversations'(room) {
    const write = (count: number) =>
      room.account('many').bulkUpsertConversationsWithEvents({ conversations: Array.from({ length: count }, newCustomer) })
    equal((await write(limits.batchConversations)).length, limits.batchConversations)
    await refuses(write(limits.batchConversations + 1), 'PAYLOAD_TOO_LARGE')
    await holdsCounts(room, limits.batchConversations, 0, null)
    await holdsCounts(room, limits.batchConversations + 1, 0, '22023')
  },
  async 'limits.batchEvents'(room) {
    const write = (count: number) => room.account('events').upsertConversationWithEvents({ ...newCustomer(), events: messages(count) })
    equal((await write(limits.batchEvents)).events.length, limits.batchEvents)
    await refuses(write(limits.batchEvents + 1), 'PAYLOAD_TOO_LARGE')
    await holdsCounts(room, 1, limits.batchEvents, null)
    await holdsCounts(room, 1, limits.batchEvents + 1, '22023')
  },
  async 'limits.batchBytes'(room) {
    const itemWith = (bytes: number) => ({
      oaId: 'page',
      customerId: `c${'x'.repeat(bytes % limits.batchEvents)}`,
      events: messages(limits.batchEvents, { text: 'x'.repeat(250), metadata: { k: 'x'.repeat(Math.floor(bytes / limits.batchEvents)) } }),
    })
    const spare = limits.batchBytes - Buffer.byteLength(JSON.stringify(itemWith(0)))
    const write = (bytes: number) => room.account('bytes').bulkUpsertConversationsWithEvents({ conversations: [itemWith(bytes)] })
    equal((await write(spare)).length, 1)
    await refuses(write(spare + 1), 'PAYLOAD_TOO_LARGE')
  },
  async 'limits.pageItems'(room) {
    const account = room.account('pages')
    for (let index = 0; index < limits.pageItems + 2; index++) await account.upsertConversation(newCustomer())
    const page = await account.listConversations({ limit: limits.pageItems })
    equal(page.items.length, limits.pageItems)
    const { nextCursor } = page
    equal(
      (await account.listConversations({ limit: limits.pageItems, ...(nextCursor === null ? {} : { cursor: nextCursor }) })).items.length,
      2,
    )
    await refuses(Promise.resolve(account.listConversations({ limit: limits.pageItems + 1 })), 'VALIDATION_FAILED')
  },
  async defaultPageItems(room) {
    const account = room.account('default pages')
    for (let index = 0; index < defaultPageItems + 1; index++) await account.upsertConversation(newCustomer())
    const page = await account.listConversations()
    equal(page.items.length, defaultPageItems)
    equal(page.nextCursor === null, false)
  },
  async 'limits.receiptTargets'(room) {
    const messageIds = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`)
    const write = (count: number) =>
      room.account('receipts').upsertConversationWithEvents({
        ...newCustomer(),
        events: [{ type: 'receipt', status: 'read', messageIds: messageIds(count) }],
      })
    equal((await write(limits.receiptTargets)).events.length, 1)
    await refuses(write(limits.receiptTargets + 1), 'PAYLOAD_TOO_LARGE')
  },
  async 'limits.receivers'(room) {
    const account = room.account('receivers')
    const oaId = `page ${room.backend.name}`
    for (let index = 0; index <= limits.receivers; index++) {
      const reply = { type: 'message' as const, direction: 'outbound' as const, messageId: 'r' }
      await account.upsertConversationWithEvents({ oaId, customerId: `customer ${index}`, events: [reply] })
    }
    const [result] = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r'] })
    equal(result?.customerIds.length, limits.receivers)
  },
  async longestReopenWithinMs(room) {
    const connect = (reopenWithin: number) =>
      room.account('inboxes').connectInbox({ oaId: `shop ${room.backend.name}`, channel: 'zalo', onClosed: { reopenWithin } })
    equal((await connect(longestReopenWithinMs)).status, 'connected')
    await refuses(connect(longestReopenWithinMs + 1), 'VALIDATION_FAILED')
  },
}
