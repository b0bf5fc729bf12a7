import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { escapeIdentifier } from 'pg'
import { createConversationStore } from '../../src/index.js'
import { parseBulk } from '../../src/model/validation/bulk.js'
import { patchColumns } from '../../src/postgres/patched-fields.js'
import type { ScratchSchema } from './scratch-schema.js'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

/** How many payloads were refused, and how many were stored and read back. */
export interface Counts {
  refused: number
  stored: number
}

const times = ['2026-11-21T10:00:07.512Z', '2026-11-30T23:59:59.999Z', '2024-02-29T00:00:00.000Z', '0001-01-01T00:00:00.000Z']
const short = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' })
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as Json)
const document = fc.dictionary(short, json, { maxKeys: 2 }) as fc.Arbitrary<JsonObject>
const time = fc.constantFrom(...times)
const sender = { sender_id: short, sender_type: fc.constantFrom('customer', 'agent', 'bot', 'system'), sender_name: short }
const attachment = fc.record({ type: short, url: fc.webUrl(), name: short, payload: document }, { requiredKeys: ['type'] })

const message = fc.record(
  {
    type: fc.constant('message'),
    message_id: short,
    direction: fc.constantFrom('inbound', 'outbound'),
    text: fc.string({ maxLength: 20, unit: 'grapheme-ascii' }),
    attachments: fc.array(attachment, { maxLength: 2 }),
    reply_to: short,
    metadata: document,
    occurred_at: time,
    ...sender,
  },
  { requiredKeys: ['type', 'message_id'] },
)
const fact = fc.record(
  {
    type: fc.constantFrom('postback', 'referral', 'optin', 'handover', 'custom:note'),
    payload: document,
    direction: fc.constantFrom('inbound', 'outbound'),
    occurred_at: time,
    ...sender,
  },
  { requiredKeys: ['type'] },
)
const ofTarget = fc.oneof(
  fc.record({ type: fc.constant('message_edit'), target_message_id: short, text: short, edit_number: fc.nat(9), occurred_at: time }),
  fc.record({ type: fc.constant('message_delete'), target_message_id: short, occurred_at: time }),
  fc.record({ type: fc.constant('reaction'), target_message_id: short, emoji: short, sender_id: short, occurred_at: time }),
  fc.record({
    type: fc.constant('receipt'),
    target_message_id: short,
    status: fc.constantFrom('sent', 'delivered', 'read', 'failed'),
    occurred_at: time,
  }),
  fc.record({ type: fc.constant('watermark'), status: fc.constantFrom('delivered', 'read'), watermark: time, occurred_at: time }),
  fc.record({ type: fc.constant('message_sent'), local_id: short, message_id: short }),
  fc.record({ type: fc.constant('message_failed'), local_id: short, error: short }),
)
const item = fc.record(
  {
    events: fc.array(fc.oneof({ weight: 4, arbitrary: message }, { weight: 2, arbitrary: fact }, { weight: 3, arbitrary: ofTarget }), {
      maxLength: 3,
    }),
    patch: fc.record({ nickname: short, customer_name: short, chatbot_id: short, metadata: document }, { requiredKeys: [] }),
    channel: fc.constantFrom('messenger', 'sms'),
    expected_version: fc.constant('absent'),
    on_closed: fc.constantFrom<Json>('new', 'reopen', { reopen_within: 5 }),
    operation_id: fc.uuid(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>

/** Values that programs send by mistake, and some that are right. */
const strange = fc.oneof(
  json,
  fc.constantFrom<Json>(null, true, 0, 5, -1, 1.5, 1e300, '', 'null', 'infinity', '-infinity', 'now', '10000-01-01', '0044-03-15 BC', 'x'),
  fc.constantFrom<Json>(
    '2026-13-01T00:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    [],
    [1],
    [null],
    {},
    'bogus',
    'x'.repeat(600),
    '3',
    'absent',
  ),
  fc.constantFrom<Json>([{ type: 'image', url: 5 }], [{ url: 'x' }], { a: { b: [1] } }, 'custom:', 'message', 'receipt', 2 ** 31),
)
const keys = [
  ...[
    'type',
    'id',
    'row_id',
    'message_id',
    'local_id',
    'dedupe_key',
    'occurred_at',
    'sender_id',
    'sender_type',
    'sender_name',
    'direction',
  ],
  ...[
    'text',
    'attachments',
    'reply_to',
    'metadata',
    'payload',
    'target_message_id',
    'status',
    'error',
    'watermark',
    'emoji',
    'edit_number',
  ],
  ...[
    'oa_id',
    'customer_id',
    'patch',
    'events',
    'channel',
    'expected_version',
    'on_closed',
    'username_key',
    'conversation_id',
    'contact_id',
  ],
  ...['nickname', 'chatbot_id', 'now', 'resent_after', 'default_on_closed', 'in_transaction', 'url', 'name', 'mistyped', 'atomic'],
]
const mutation = fc.record({ at: fc.nat(200), key: fc.option(fc.constantFrom(...keys), { freq: 2 }), value: strange })

const sending = fc.record({ valid: item, mutations: fc.array(mutation, { maxLength: 2 }), isBulk: fc.boolean(), isKnown: fc.boolean() })
type Sending = typeof sending extends fc.Arbitrary<infer T> ? T : never
const atOnce = 20

/** Sends so many payloads by SQL, each a valid one with some of its fields changed to any JSON value. */
export async function sendPayloads(scratch: ScratchSchema, runs: number): Promise<Counts> {
  const counts: Counts = { refused: 0, stored: 0 }
  let call = 0
  const property = fc.asyncProperty(fc.array(sending, { minLength: atOnce, maxLength: atOnce }), async (sendings) => {
    await Promise.all(sendings.map((each) => sendOne(scratch, each, ++call, counts)))
  })
  await fc.assert(property, { numRuns: runs / atOnce, endOnFailure: true })
  return counts
}

async function sendOne(
  scratch: ScratchSchema,
  { valid, mutations, isBulk, isKnown }: Sending,
  call: number,
  counts: Counts,
): Promise<void> {
  const customer = `customer ${call}`
  const account = `account ${call}`
  const payload = structuredClone({ oa_id: 'page', customer_id: customer, ...valid }) as JsonObject
  for (const { at, key, value } of mutations) change(payload, at, key, value)
  if (isKnown) await send(scratch, 'upsert_conversation_with_events', { account_id: account, oa_id: 'page', customer_id: customer })
  const before = await rows(scratch, account)
  const code = isBulk
    ? await send(scratch, 'bulk_upsert_conversations_with_events', { account_id: account, conversations: [payload] })
    : await send(scratch, 'upsert_conversation_with_events', { account_id: account, ...payload })
  if (code === null) counts.stored++
  else counts.refused++
  try {
    if (code === null) {
      requireLibraryTakes(payload)
      await readBack(scratch, account, payload)
    } else {
      ok(documentedCodes.includes(code), code)
      deepEqual(await rows(scratch, account), before)
    }
  } catch (cause) {
    throw new Error(
      `${String(cause)}\nthe payload (${isBulk ? 'bulk' : 'single'}, ${isKnown ? 'known' : 'new'}): ${JSON.stringify(payload)}`,
      { cause },
    )
  }
}

const documentedCodes = ['22023', '23514', '23502', 'CS001', '22007', '22008', '22009']

function change(payload: JsonObject, at: number, key: string | null, value: Json): void {
  const objects = objectsIn(payload)
  const object = objects[at % objects.length] ?? payload
  const own = Object.keys(object)
  object[key ?? own[at % Math.max(1, own.length)] ?? 'mistyped'] = value
}

/** The objects whose keys have a meaning: the payload, its patch, its events and their attachments. */
function objectsIn(payload: JsonObject): JsonObject[] {
  const events = objectsOf(payload.events)
  return [
    payload,
    ...objectsOf([payload.patch ?? null]),
    ...events,
    ...events,
    ...events.flatMap(({ attachments }) => objectsOf(attachments)),
  ]
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the SQLSTATE of a call that was refused, or null. */
async function send({ query, schema }: ScratchSchema, name: string, payload: JsonObject): Promise<string | null> {
  try {
    await query(`select ${escapeIdentifier(schema)}.${name}($1::jsonb)`, [JSON.stringify(payload)])
    return null
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}

async function rows({ query, schema }: ScratchSchema, account: string): Promise<unknown> {
  const tables = ['contacts', 'contact_inboxes', 'conversations', 'messages', 'contact_interaction_events']
  const counted = tables.map(
    (table) => `(select json_agg(t order by t.id) from ${escapeIdentifier(schema)}.${table} t where t.account_id = $1) as ${table}`,
  )
  return (await query(`select ${counted.join(', ')}`, [account]))[0]
}

/**
 * What was stored must be acceptable to the library too. The differences that docs/sql.md names are undone first.
 */
function requireLibraryTakes(payload: JsonObject): void {
  const { patch, expected_version, on_closed, events } = payload
  const host = without({
    oaId: payload.oa_id,
    customerId: payload.customer_id,
    channel: payload.channel,
    ...camel(isObject(patch ?? null) ? (patch as JsonObject) : {}),
    expectedVersion: expected_version,
    onClosed: isObject(on_closed ?? null) ? { reopenWithin: Object.values(on_closed as JsonObject)[0] } : on_closed,
    events: events === null ? undefined : (events as Json[] | undefined)?.map((event) => hostEvent(event as JsonObject)),
  })
  parseBulk({ conversations: [host] })
}

function hostEvent(event: JsonObject): object {
  const {
    id: _id,
    row_id: _row,
    dedupe_key,
    sender_id,
    sender_type,
    sender_name,
    occurred_at,
    watermark,
    direction,
    status,
    ...own
  } = event
  const isReceipt = event.type === 'receipt' || event.type === 'watermark'
  const { target_message_id, message_id, emoji, ...rest } = own
  // A fact without a key of its own name in the library has no message id there, except a postback.
  const hasMessageId = ['message', 'postback', 'message_sent'].includes(String(event.type))
  const hasDirection = ![
    'message_edit',
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
async function readBack({ adapter }: ScratchSchema, accountId: string, payload: JsonObject): Promise<void> {
  const account = createConversationStore({ adapter }).forAccount(accountId)
  const { items: conversations } = await account.listConversations({})
  const events = (payload.events ?? []) as JsonObject[]
  const opens = events.length === 0 || events.some(({ type }) => type === 'message' || type === 'postback')
  if (!opens) return
  const conversation = conversations.find(({ oaId, customerId }) => oaId === payload.oa_id && customerId === payload.customer_id)
  ok(conversation, 'there is no conversation')
  const patched = Object.entries((payload.patch ?? {}) as JsonObject).filter(([key]) => patchColumns.some((column) => column === key))
  for (const [key, value] of Object.entries(camel(Object.fromEntries(patched)))) deepEqual(conversation[key as 'nickname'], value)
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
    const attachments = ((event.attachments ?? []) as JsonObject[]).map((each) => ({ url: null, name: null, payload: null, ...each }))
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
