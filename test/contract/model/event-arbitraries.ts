import fc from 'fast-check'
import type { AttachmentInput, EventInput, SenderInput } from '../../../src/model/event-inputs.js'
import type { JsonObject } from '../../../src/model/json.js'
import { localId, messageId, metadata, occurredAt, sometimes } from './few-values.js'

const text = fc.constantFrom('', 'hello', '$5.00 off', 'a.b', 'x'.repeat(200))
const payload = fc.constantFrom<JsonObject>({ $a: 1 }, { 'a.b': [1, { c: null }] }, { b: 2, a: 1 }, {})
const eventId = fc.oneof(
  { weight: 7, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom({ eventId: 'e1' }, { eventId: 'e2' }) },
)
const more = fc
  .tuple(
    eventId,
    sometimes({
      occurredAt,
      sender: fc.constantFrom<SenderInput>({ id: 's1' }, { id: 's2', name: '$s' }, { id: 's1', type: 'bot' }, { id: 's2', type: 'system' }),
    }),
  )
  .map(([id, rest]) => ({ ...id, ...rest }))
function event<T extends object>(fields: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.tuple(fields, more).map(([own, extra]) => ({ ...extra, ...own }))
}
/** Times are random, so the history of a conversation may be older or younger than what is there. */
const history = fc.boolean()
const message = event(
  fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.record({ messageId }) },
        { weight: 2, arbitrary: fc.record({ localId }) },
        { weight: 1, arbitrary: fc.record({ messageId, localId }) },
      ),
      sometimes({
        text,
        direction: fc.constantFrom<'inbound' | 'outbound'>('inbound', 'outbound', 'outbound'),
        attachments: fc.constantFrom<readonly AttachmentInput[]>([], [{ type: 'image', url: '$u', payload: { $p: 1 } }]),
        replyTo: messageId,
        metadata,
        history,
      }),
    )
    .map(([ids, details]) => ({ type: 'message' as const, ...details, ...ids })),
)
/** Some of them are the same file by their URL or by their id, and one is no file that could be known again. */
const lateFiles = fc.array(
  fc.constantFrom<AttachmentInput>(
    { type: 'image', url: '$u' },
    { type: 'image', url: '$u2', payload: { id: 1 } },
    { type: 'file', url: '', name: '$n', payload: { id: '1' } },
    { type: 'file', url: '$u3', payload: { id: 1, $b: { 'a.b': null } } },
    { type: 'location', payload: { id: null, latitude: 1.5 } },
  ),
  { maxLength: 3 },
)
const direction = fc.constantFrom<'inbound' | 'outbound'>('inbound', 'outbound')
/** Ids of the customers with kinds that fit their numbers. The first is the former one, if there are several. */
const identities = fc
  .uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 })
  .map((numbers) => numbers.map((number) => ({ id: `c${number}`, kind: ['phone', 'user_id', 'lid'][number % 3] ?? 'phone' })))

export const events: fc.Arbitrary<EventInput> = fc.oneof(
  {
    weight: 1,
    arbitrary: event(
      identities.map(([first, ...others]) => ({
        type: 'identity_change' as const,
        previous: first === undefined || others.length === 0 ? [] : [first],
        current: others.length === 0 && first !== undefined ? [first] : others,
      })),
    ),
  },
  { weight: 10, arbitrary: message },
  { weight: 2, arbitrary: event(sometimes({ messageId, payload, history }).map((fields) => ({ type: 'postback' as const, ...fields }))) },
  {
    weight: 3,
    arbitrary: event(
      fc.tuple(messageId, text, sometimes({ editNumber: fc.nat(3) })).map(([targetMessageId, body, number]) => {
        return { type: 'message_edit' as const, targetMessageId, text: body, ...number }
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: event(
      fc.tuple(messageId, lateFiles, sometimes({ text })).map(([targetMessageId, attachments, caption]) => {
        return { type: 'message_attachments' as const, targetMessageId, attachments, ...caption }
      }),
    ),
  },
  { weight: 1, arbitrary: event(messageId.map((targetMessageId) => ({ type: 'message_delete' as const, targetMessageId }))) },
  {
    weight: 3,
    arbitrary: event(
      fc.tuple(messageId, fc.constantFrom<object>({ emoji: '❤' }, { emoji: '👍' }, { action: 'remove' })).map(([targetMessageId, what]) => {
        return { type: 'reaction' as const, targetMessageId, ...what }
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: event(
      fc
        .tuple(
          fc.constantFrom<'sent' | 'delivered' | 'read' | 'failed'>('sent', 'delivered', 'read', 'failed'),
          fc.array(messageId, { minLength: 1, maxLength: 3 }),
        )
        .map(([status, messageIds]) => ({ type: 'receipt' as const, status, messageIds, ...(status === 'failed' && { error: '$e' }) })),
    ),
  },
  {
    weight: 2,
    arbitrary: event(
      fc.tuple(fc.constantFrom<'delivered' | 'read'>('delivered', 'read'), occurredAt).map(([status, watermark]) => {
        return { type: 'receipt' as const, status, watermark }
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: event(
      fc.tuple(localId, messageId).map(([local, channels]) => ({ type: 'message_sent' as const, localId: local, messageId: channels })),
    ),
  },
  { weight: 1, arbitrary: event(localId.map((local) => ({ type: 'message_failed' as const, localId: local, error: 'no' }))) },
  {
    weight: 2,
    arbitrary: event(
      fc
        .tuple(
          fc.constantFrom<'referral' | 'optin' | 'custom:x'>('referral', 'optin', 'custom:x'),
          sometimes({ payload, direction, history }),
        )
        .map(([type, fields]) => {
          return { type, ...fields }
        }),
    ),
  },
)
