import { createConversationStore, isConversationStoreError } from '../../src/index.js'

/**
 * A process that holds a lease, and does what its parent sends: `acquire`, and then `act`, which writes under the
 * lease, extends it and releases it. Its clock may be wrong by some minutes.
 */
const [url = '', shiftMs = '0'] = process.argv.slice(2)
const store = createConversationStore({ url, clock: () => new Date(Date.now() + Number(shiftMs)) })
const account = store.forAccount('acme')
const name = { kind: 'sync', key: 'page' }
let token = 0

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
  )

process.on('message', async (asked: { readonly do: 'acquire' | 'act'; readonly round: number; readonly ttlMs: number }) => {
  if (asked.do === 'acquire') {
    const answer = await account.acquireLease({ ...name, holder: `process ${process.pid}`, ttlMs: asked.ttlMs })
    token = answer.acquired ? answer.lease.token : 0
    process.send?.({ token })
    return
  }
  const key = { oaId: 'page', customerId: `late ${asked.round}` }
  const events = [{ type: 'message', messageId: `late ${asked.round}`, text: 'too late' }] as const
  process.send?.({
    write: await outcome(account.upsertConversationWithEvents({ ...key, events }, { lease: { ...name, token } })),
    extend: await outcome(account.renewLease({ ...name, token, ttlMs: 60_000 })),
    release: await outcome(account.releaseLease({ ...name, token })),
  })
})
process.on('disconnect', () => void store.close())
