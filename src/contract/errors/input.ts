import assert from 'node:assert/strict'
import type { JsonObject } from '../../model/json.js'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'
import { soundReads } from '../sound-calls.js'

export const validationFailedCases: CaseList = [
  {
    title: 'names what is wrong and where, never the value, and nothing was applied',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const input = { ...key, metadata: { card: { number: Symbol('4111 1111') } }, chatbotId: { secret: 'hunter2' } } as never
      const error = await rejects(account.upsertConversation(input), 'VALIDATION_FAILED')
      assert.ok(error.details.issues.length > 0)
      for (const { path, message } of error.details.issues) assert.ok(path.length > 0 && message.length > 0)
      assert.ok(!/4111|hunter2/.test(JSON.stringify(error) + error.message + String(error.stack)))
      assert.equal(error.retryable, false)
      assert.equal(error.outcome, 'not_applied')
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
  {
    title: 'refuses accessors, class instances, cycles and other things that are no JSON in metadata',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const cyclic: Record<string, unknown> = {}
      cyclic.self = cyclic
      const accessor = Object.defineProperty({}, 'x', { enumerable: true, get: () => 'surprise' })
      const values = [new Map(), new Date(), () => 1, 1n, Number.NaN, Number.POSITIVE_INFINITY, Symbol('s'), accessor, cyclic, /x/]
      for (const value of [...values, new Proxy({}, {}), new (class Point {})()]) {
        await rejects(account.upsertConversation({ ...key, metadata: { value } as never }), 'VALIDATION_FAILED')
      }
      for (const metadata of ['text', 5, true, ['list'], new Date()]) {
        await rejects(account.upsertConversation({ ...key, metadata: metadata as never }), 'VALIDATION_FAILED')
      }
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
]

export const payloadTooLargeCases: CaseList = [
  {
    title: 'says what is too large, how large it may be and how large it is',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const kibibyte = 1024
      // The JSON around the text, `{"a":"…"}`, has 8 bytes.
      const fits = { a: 'x'.repeat(256 * kibibyte - 8) }
      await account.upsertConversation({ ...key, metadata: fits })
      const sizes = { limit: 256 * kibibyte, actual: 256 * kibibyte + 1 }
      const error = await rejects(account.upsertConversation({ ...key, metadata: { a: `${fits.a}x` } }), 'PAYLOAD_TOO_LARGE', sizes)
      assert.ok(error.details.what.includes('metadata'))
      assert.equal(error.retryable, false)
      assert.equal(error.outcome, 'not_applied')
      await rejects(account.upsertConversation({ ...key, nickname: 'ơ'.repeat(2_049) }), 'PAYLOAD_TOO_LARGE', {
        limit: 4_096,
        actual: 4_098,
      })
      assert.deepEqual(
        (await rows.conversations()).map((row) => row.metadata),
        [fits],
      )
    },
  },
]

export const metadataLimitCases: CaseList = [
  {
    title: 'holds metadata to the same limit on every path, also where a database writes its numbers out in digits',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id, contactId } = await open()
      const numbers = (count: number) => ({ n: Array.from({ length: count }, () => 1e300) })
      const paths = [
        (metadata: JsonObject) => account.upsertConversation({ ...key, metadata }),
        (metadata: JsonObject) => account.updateConversation({ conversationId: id, metadata }),
        (metadata: JsonObject) => account.updateContact({ contactId, metadata }),
      ]
      for (const write of paths) {
        await write(numbers(800))
        await rejects(write(numbers(1000)), 'PAYLOAD_TOO_LARGE', { limit: 256 * 1024 })
      }
      assert.deepEqual((await account.findConversation({ conversationId: id }))?.metadata, numbers(800))
    },
  },
]

export const abortedCases: CaseList = [
  {
    title: 'ends each read whose signal is aborted, before or under way, and leaves the store usable',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id } = await open()
      const reason = new Error('the caller went away')
      for (const { send } of soundReads(key)) {
        const error = await rejects(send(account, { signal: AbortSignal.abort(reason) }), 'ABORTED')
        assert.equal(error.outcome, 'not_applied')
      }
      const controller = new AbortController()
      const call = account.findConversation({ conversationId: id }, { signal: controller.signal })
      controller.abort(reason)
      await call.then(
        (found) => assert.equal(found?.id, id),
        (aborted: unknown) => rejects(Promise.reject(aborted), 'ABORTED'),
      )
      assert.equal((await account.findConversation({ conversationId: id }))?.id, id)
    },
  },
]
