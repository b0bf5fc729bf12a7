import { describe, expect, it } from 'vitest'
import { ConversationStoreError, type ErrorCode, type ErrorDetails, isConversationStoreError } from '../../src/model/errors.js'
import { type ConversationStore, createConversationStore } from '../../src/store/create-conversation-store.js'
import { type Answers, conversation, recordingAdapter } from './recording-adapter.js'

const driverError = new Error('ECONNRESET')
const contention = () => new ConversationStoreError('CONTENTION', { attempts: 1 }, { cause: driverError })
const unavailable = () => new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { cause: driverError })
const lostReply = () => new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'sent' }, { cause: driverError })
const unprovable = () => new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'sent' })
const refused = () => new ConversationStoreError('VERSION_CONFLICT', { expected: 1, actual: 2 })
const foreign = () => new TypeError('a bug of the adapter')
const done = { outcome: 'updated', conversation }

/**
 * A store whose adapter gives one answer per attempt, in order. It throws an error, and succeeds on `'done'`. The last
 * answer repeats.
 */
function storeAnswering(answers: readonly ((() => Error) | 'done')[], attempts = 4) {
  const pauses: number[] = []
  const next = (verb: keyof Answers, result: unknown): Answers => ({
    [verb]: (_input: never, attempt: number) => {
      const answer = answers[Math.min(attempt, answers.length) - 1]
      if (typeof answer === 'function') throw answer()
      return result
    },
  })
  const adapter = recordingAdapter({ ...next('updateConversation', done), ...next('countConversations', 7) })
  const retry = {
    attempts,
    sleep: async (ms: number) => {
      pauses.push(ms)
    },
    random: () => 0.5,
  }
  const store = createConversationStore({ adapter, retry, clock: () => new Date(0) })
  return { adapter, pauses, store, account: store.forAccount('acme') }
}

const write = { conversationId: 'conversation', nickname: 'Lan' }

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no error',
    (error: unknown) => error,
  )
}

interface Row {
  readonly title: string
  readonly answers: readonly ((() => Error) | 'done')[]
  readonly sent: number
  readonly code?: ErrorCode
  readonly details?: ErrorDetails[ErrorCode]
}

const rows: readonly Row[] = [
  { title: 'a write that succeeds is sent once', answers: ['done'], sent: 1 },
  { title: 'contention is sent again', answers: [contention, contention, 'done'], sent: 3 },
  { title: 'a database that comes back is sent to again', answers: [unavailable, 'done'], sent: 2 },
  { title: 'a lost reply is sent again', answers: [lostReply, 'done'], sent: 2 },
  {
    title: 'contention that does not end says how often it was tried',
    answers: [contention],
    sent: 4,
    code: 'CONTENTION',
    details: { attempts: 4 },
  },
  {
    title: 'a database that stays away says how often it was tried',
    answers: [contention, unavailable],
    sent: 4,
    code: 'UNAVAILABLE',
    details: { attempts: 4 },
  },
  { title: 'replies that stay lost leave the outcome unknown', answers: [lostReply], sent: 4, code: 'COMMIT_OUTCOME_UNKNOWN' },
  {
    title: 'one lost reply leaves the outcome unknown when nothing after it is answered',
    answers: [lostReply, unavailable],
    sent: 4,
    code: 'COMMIT_OUTCOME_UNKNOWN',
  },
  {
    title: 'one lost reply leaves the outcome unknown when the last attempts were only contention',
    answers: [contention, lostReply, contention],
    sent: 4,
    code: 'COMMIT_OUTCOME_UNKNOWN',
  },
  { title: 'what an adapter cannot prove is not asked again', answers: [unprovable], sent: 1, code: 'COMMIT_OUTCOME_UNKNOWN' },
  {
    title: 'what an adapter cannot prove after a lost reply is not asked again',
    answers: [lostReply, unprovable],
    sent: 2,
    code: 'COMMIT_OUTCOME_UNKNOWN',
  },
  { title: 'a refusal is an answer', answers: [refused], sent: 1, code: 'VERSION_CONFLICT', details: { expected: 1, actual: 2 } },
  { title: 'a refusal after a lost reply is an answer', answers: [lostReply, refused], sent: 2, code: 'VERSION_CONFLICT' },
]

describe('sending again', () => {
  it.each(rows)('$title', async ({ answers, sent, code, details }) => {
    const { account, adapter } = storeAnswering(answers)
    const result = code === undefined ? await account.updateConversation(write) : await errorOf(account.updateConversation(write))
    expect(adapter.calls).toHaveLength(sent)
    if (code === undefined) return expect(result).toEqual(done)
    expect(isConversationStoreError(result, code)).toBe(true)
    if (details !== undefined) expect(result).toMatchObject({ details })
  })

  it('sends the same stamped write each time', async () => {
    const { account, adapter } = storeAnswering([contention, unavailable, 'done'])
    await account.updateConversation(write)
    const [first, ...others] = adapter.calls.map(({ input }) => input)
    expect(others).toEqual([first, first])
    expect(first).toMatchObject({ accountId: 'acme', firstSentAt: null, now: new Date(0) })
  })

  it('says when a write was first sent once one of its replies was lost, and not before', async () => {
    const { account, adapter } = storeAnswering([contention, lostReply, unavailable, 'done'])
    const before = performance.now()
    await account.updateConversation(write)
    const [first, second, third, fourth] = adapter.sent('updateConversation')
    expect([first?.firstSentAt, second?.firstSentAt]).toEqual([null, null])
    expect(third?.firstSentAt).toBeGreaterThanOrEqual(before)
    expect(third?.firstSentAt).toBeLessThanOrEqual(performance.now())
    expect(fourth?.firstSentAt).toBe(third?.firstSentAt)
    expect(fourth?.operationId).toBe(first?.operationId)
  })

  it('names the operation whose outcome is unknown, and the cause of the last lost reply', async () => {
    const { account, adapter } = storeAnswering([lostReply])
    const error = await errorOf(account.updateConversation(write))
    expect(error).toMatchObject({
      details: { operationId: adapter.sent('updateConversation')[0]?.operationId },
      cause: driverError,
      outcome: 'unknown',
    })
  })

  it("keeps the driver's error as the cause when the attempts are spent", async () => {
    const { account } = storeAnswering([unavailable])
    expect(await errorOf(account.updateConversation(write))).toMatchObject({ code: 'UNAVAILABLE', cause: driverError, retryable: true })
  })

  it('passes an error that is none of the library on as it is, at once', async () => {
    const error = foreign()
    const { account, adapter } = storeAnswering([() => error])
    expect(await errorOf(account.updateConversation(write))).toBe(error)
    expect(adapter.calls).toHaveLength(1)
  })

  it('pauses below a bound that doubles up to its limit', async () => {
    const { account, pauses } = storeAnswering([contention], 8)
    await errorOf(account.updateConversation(write))
    expect(pauses).toEqual([5, 10, 20, 40, 80, 125, 125])
  })

  it('sends reads again as well', async () => {
    const { account, adapter } = storeAnswering([unavailable, contention, 'done'])
    expect(await account.countConversations()).toBe(7)
    expect(adapter.calls).toHaveLength(3)
  })

  it('does not send what was aborted before', async () => {
    const { account, adapter } = storeAnswering(['done'])
    const reason = new Error('the client is gone')
    const error = await errorOf(account.countConversations({}, { signal: AbortSignal.abort(reason) }))
    expect(error).toMatchObject({ code: 'ABORTED', cause: reason })
    expect(adapter.calls).toHaveLength(0)
  })

  it('stops in the pause in which it is aborted', async () => {
    const abort = new AbortController()
    const adapter = recordingAdapter({
      countConversations: () => {
        setTimeout(() => abort.abort(), 5)
        throw unavailable()
      },
    })
    const store = createConversationStore({ adapter, retry: { sleep: () => new Promise(() => {}) } })
    const error = await errorOf(store.forAccount('acme').countConversations({}, { signal: abort.signal }))
    expect(error).toMatchObject({ code: 'ABORTED' })
    expect(adapter.calls).toHaveLength(1)
  })

  it('stops when the store is closed in between', async () => {
    const adapter = recordingAdapter({
      countConversations: () => {
        throw unavailable()
      },
    })
    const store: ConversationStore = createConversationStore({ adapter, retry: { sleep: () => store.close() } })
    expect(await errorOf(store.forAccount('acme').countConversations())).toMatchObject({ code: 'STORE_CLOSED' })
    expect(adapter.calls).toHaveLength(1)
  })

  it.each([contention, unavailable, lostReply])("leaves the host's own transaction to the host", async (error) => {
    const { adapter, store } = storeAnswering([error])
    const inTransaction = store.using({}).forAccount('acme')
    expect(await errorOf(inTransaction.updateConversation(write))).toMatchObject({ code: error().code, cause: driverError })
    expect(await errorOf(inTransaction.countConversations())).toMatchObject({ code: error().code })
    expect(adapter.calls).toHaveLength(2)
  })
})
