import { deepEqual, equal, ok } from 'node:assert/strict'
import { createConversationStore } from '../../src/index.js'
import { parseBulk } from '../../src/model/validation/bulk.js'
import { patchColumns } from '../../src/postgres/patched-fields.js'
import { type Json, type JsonObject, times } from './payload-arbitraries.js'
import type { ScratchSchema } from './scratch-schema.js'

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What was stored must be acceptable to the library too. The differences that docs/sql.md names are undone first.
 */
export function requireLibraryTakes(payload: JsonObject): void {
  const { patch, expected_version, on_closed, events } = payload
  const host = without({
    oaId: payload.oa_id,
    customerId: payload.customer_id,
    channel: payload.channel,
    ...hostPatch(isObject(patch ?? null) ? (patch as JsonObject) : {}),
    expectedVersion: expected_version,
    onClosed: isObject(on_closed ?? null) ? { reopenWithin: Object.values(on_closed as JsonObject)[0] } : on_closed,
    events: events === null ? undefined : (events as Json[] | undefined)?.map((event) => hostEvent(event as JsonObject)),
  })
  parseBulk({ conversations: [host] })
}

/** The fields that a patch gives. Under any other key there can only be a null, which is a key that is left out. */
function hostPatch(patch: JsonObject): JsonObject {
  const known = Object.entries(patch).filter(([key, value]) => {
    const isColumn = patchColumns.some((column) => column === key)
    ok(isColumn || value === null, `a patch has no key ${key}`)
    return isColumn
  })
  return camel(Object.fromEntries(known))
}

function hostEvent(event: JsonObject): object {
  const { id: _id, dedupe_key, sender_id, sender_type, sender_name, occurred_at, watermark, direction, status, ...own } = event
  const isReceipt = event.type === 'receipt' || event.type === 'watermark'
  const { target_message_id, message_id, emoji, ...rest } = own
  // A fact without a key of its own name in the library has no message id there, except a postback.
  const hasMessageId = ['message', 'postback', 'message_sent'].includes(String(event.type))
  const hasDirection = ![
    'message_edit',
    'message_attachments',
    'message_delete',
    'reaction',
    'receipt',
    'watermark',
    'message_sent',
    'message_failed',
    'postback',
  ].includes(String(event.type))
  return without({
    ...camel(rest),
    type: isReceipt ? 'receipt' : event.type,
    eventId: dedupe_key,
    occurredAt: occurred_at == null ? undefined : new Date(Date.parse(String(occurred_at)) || 0),
    sender: without({ id: sender_id, type: sender_type, name: sender_name }),
    ...(hasDirection ? { direction } : {}),
    ...(hasMessageId ? { messageId: message_id } : {}),
    ...(isReceipt
      ? { status, messageIds: target_message_id == null ? undefined : [target_message_id] }
      : { targetMessageId: target_message_id }),
    ...(watermark == null ? {} : { watermark: new Date(Date.parse(String(watermark)) || 0) }),
    ...(event.type === 'reaction' ? (emoji == null ? { action: 'remove' } : { emoji }) : {}),
    attachments: (event.attachments as JsonObject[] | null | undefined)?.map((each) => without(each)),
  })
}

function camel(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), value]),
  )
}

/** A null of a payload is a key that is left out. */
function without(object: object): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined))
}

/** Reads through the library what was sent, and compares it. */
export async function readBack({ adapter }: ScratchSchema, accountId: string, payload: JsonObject): Promise<void> {
  const account = createConversationStore({ adapter }).forAccount(accountId)
  const { items: conversations } = await account.listConversations({})
  const events = (payload.events ?? []) as JsonObject[]
  const opens = events.length === 0 || events.some(({ type }) => type === 'message' || type === 'postback')
  if (!opens) return
  const conversation = conversations.find(({ oaId, customerId }) => oaId === payload.oa_id && customerId === payload.customer_id)
  ok(conversation, 'there is no conversation')
  for (const [key, value] of Object.entries(hostPatch((payload.patch ?? {}) as JsonObject)))
    deepEqual(conversation[key as 'nickname'], value)
  const { items: messages } = await account.listMessages({ conversationId: conversation.id, limit: 100 })
  const { items: facts } = await account.listEvents({ conversationId: conversation.id, limit: 100 })
  const changed = new Set(
    events.flatMap(({ target_message_id, local_id, type }) => (type === 'message' ? [] : [target_message_id, local_id])),
  )
  const seen = new Set<Json>()
  for (const event of events.filter(({ type }) => type === 'message')) {
    const { message_id = null, local_id = null } = event
    if ([message_id, local_id].some((id) => id !== null && (changed.has(id) || seen.has(id)))) continue
    for (const id of [message_id, local_id]) if (id !== null) seen.add(id)
    const message = messages.find(({ messageId, localId }) => messageId === message_id && localId === local_id)
    ok(message, 'there is no such message')
    equal(message.text, event.text ?? '')
    equal(message.replyTo, event.reply_to ?? null)
    equal(message.direction, event.direction ?? 'inbound')
    deepEqual(message.metadata, event.metadata ?? null)
    const attachments = ((event.attachments ?? []) as JsonObject[]).map((each) => ({
      url: null,
      name: null,
      payload: null,
      ...without(each),
    }))
    deepEqual(message.attachments, attachments)
    if (typeof event.occurred_at === 'string' && times.includes(event.occurred_at))
      equal(message.occurredAt.toISOString(), event.occurred_at)
  }
  for (const { type, payload: sent = null, dedupe_key, message_id } of events) {
    if (dedupe_key != null || message_id != null || !/^(referral|optin|handover|custom:.*)$/.test(String(type))) continue
    ok(
      facts.some((fact) => fact.type === type && JSON.stringify(sorted(fact.payload)) === JSON.stringify(sorted(sent))),
      `there is no such ${String(type)}`,
    )
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  )
}
