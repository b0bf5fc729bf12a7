import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConversationStoreError } from '../../src/model/errors.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { type Answers, conversation, recordingAdapter } from './recording-adapter.js'

const driverError = new Error('ECONNRESET')
const contention = () => new ConversationStoreError('CONTENTION', { attempts: 1 }, { cause: driverError })
const unavailable = () => new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { cause: driverError })
const lostReply = () => new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'sent' }, { cause: driverError })
const write = { conversationId: 'conversation', nickname: 'Lan' }
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  )

/** A store whose adapter throws these errors one after another, and then succeeds. */
function storeAnswering(errors: readonly (() => Error)[]) {
  const adapter = recordingAdapter({
    updateConversation: (_input, attempt) => {
      const error = errors[attempt - 1]
      if (error !== undefined) throw error()
      return { outcome: 'updated', conversation }
    },
  })
  const store = createConversationStore({ adapter, retry: { sleep: async () => {} } })
  return { adapter, store, account: store.forAccount('acme') }
}

describe('the deadline of a call', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const silent = () => new Promise<never>(() => {})
  const storeOver = (answers: Answers, more: object = {}) =>
    createConversationStore({ adapter: recordingAdapter(answers), deadlineMs: 20, retry: { sleep: async () => {} }, ...more }).forAccount(
      'acme',
    )

  it('goes to the adapter with each attempt, and stays the same', async () => {
    const { account, adapter } = storeAnswering([unavailable])
    await account.updateConversation(write)
    const [first, second] = adapter.sent('updateConversation')
    expect(first?.deadline).toBeGreaterThan(performance.now() + 20_000)
    expect(second?.deadline).toBe(first?.deadline)
  })

  it('is left out in the transaction of the host', async () => {
    const { adapter, store } = storeAnswering([])
    await store.using({}).forAccount('acme').updateConversation(write)
    await store.using({}).forAccount('acme').countConversations()
    for (const { input } of adapter.calls) expect(input).not.toHaveProperty('deadline')
  })

  it('ends a read whose adapter is silent with UNAVAILABLE', async () => {
    const read = errorOf(storeOver({ countConversations: silent }).countConversations())
    await vi.advanceTimersByTimeAsync(20)
    const error = await read
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true, outcome: 'not_applied', cause: { name: 'DeadlinePassed' } })
  })

  it('ends a write whose adapter is silent with COMMIT_OUTCOME_UNKNOWN', async () => {
    const change = errorOf(storeOver({ updateConversation: silent }).updateConversation(write))
    await vi.advanceTimersByTimeAsync(1_020)
    const error = await change
    expect(error).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', outcome: 'unknown', cause: { name: 'DeadlinePassed' } })
  })

  it('allows no attempt after it, whatever attempts are left', async () => {
    for (const [answer, code] of [
      [contention, 'CONTENTION'],
      [unavailable, 'UNAVAILABLE'],
      [lostReply, 'COMMIT_OUTCOME_UNKNOWN'],
    ] as const) {
      let sent = 0
      const late = (): never => {
        sent += 1
        vi.advanceTimersByTime(20)
        throw answer()
      }
      const error = await errorOf(storeOver({ updateConversation: late }).updateConversation(write))
      expect(error).toMatchObject({ code })
      expect(sent).toBe(1)
    }
  })

  it('is not needed to end a read whose signal aborts while the adapter is silent', async () => {
    const abort = new AbortController()
    const read = errorOf(storeOver({ countConversations: silent }, { deadlineMs: 60_000 }).countConversations({}, { signal: abort.signal }))
    abort.abort(driverError)
    expect(await read).toMatchObject({ code: 'ABORTED', cause: driverError })
  })

  it('keeps a lost reply unknown when the next attempt never reached the operation', async () => {
    const refusedUser = () => new ConversationStoreError('UNSUPPORTED', { operation: 'this call', needs: 'a user' })
    const { account } = storeAnswering([lostReply, refusedUser])
    expect(await errorOf(account.updateConversation(write))).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
  })
})
