import { equal, ok } from 'node:assert/strict'
import { test } from 'vitest'
import type { JsonObject } from './payload-arbitraries.js'
import { onServer } from './scratch-schema.js'
import { sendPayload, sendPayloads } from './sql-payloads.js'

test('each of 300 random payloads by SQL is refused with nothing written, or the library takes it and reads it back', async () => {
  const { refused, stored } = await sendPayloads(await onServer(), 300)
  ok(refused > 60 && stored > 60, `${refused} refused, ${stored} stored`)
}, 180_000)

const someoneElse = {
  oa_id: 'another page',
  customer_id: 'someone else',
  channel: 'sms',
  expected_version: 7,
  on_closed: 'never',
  events: [5],
}
const ofNobody = Object.fromEntries(Object.keys(someoneElse).map((key) => [key, null]))
const event = { type: 'message', message_id: 'm', text: 'hello' }
const attachment = { type: 'image', url: 'https://x.test/1' }

test.each([
  ['single', 'new'],
  ['single', 'known'],
  ['bulk', 'new'],
  ['bulk', 'known'],
])('a %s call for a %s customer takes no key of the call from its parts', async (way, whom) => {
  const scratch = await onServer()
  const send = (payload: JsonObject) =>
    sendPayload(
      scratch,
      { oa_id: 'page', customer_id: 'lan', ...payload },
      { account: 'acme', known: whom === 'known' ? 'lan' : null, isBulk: way === 'bulk' },
    )
  for (const [key, value] of Object.entries(someoneElse)) {
    equal(await send({ patch: { nickname: 'Lan', [key]: value } }), '22023')
    equal(await send({ events: [{ ...event, [key]: value }] }), '22023')
    equal(await send({ events: [{ ...event, attachments: [{ ...attachment, [key]: value }] }] }), '22023')
  }
  equal(
    await send({
      patch: { ...ofNobody, nickname: 'Lan' },
      events: [{ ...event, ...ofNobody, attachments: [{ ...attachment, ...ofNobody }] }],
    }),
    null,
  )
})
