import fc from 'fast-check'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export const times = ['2026-11-21T10:00:07.512Z', '2026-11-30T23:59:59.999Z', '2024-02-29T00:00:00.000Z', '0001-01-01T00:00:00.000Z']
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
  fc.record({
    type: fc.constant('message_attachments'),
    target_message_id: short,
    attachments: fc.array(attachment, { maxLength: 2 }),
    text: short,
    occurred_at: time,
  }),
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
export const item = fc.record(
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
  ...['type', 'id', 'message_id', 'local_id', 'dedupe_key', 'occurred_at', 'sender_id', 'sender_type', 'sender_name', 'direction'],
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
export const mutation = fc.record({ at: fc.nat(200), key: fc.option(fc.constantFrom(...keys), { freq: 2 }), value: strange })
