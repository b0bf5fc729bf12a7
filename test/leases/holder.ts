import { Socket } from 'node:net'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'

/**
 * A process that holds a lease, and does what its parent sends: `acquire`, and then `act`, which writes under the
 * lease, extends it and releases it. With `write` the write is sent beforehand, and `act` only waits for it: the
 * process stands still once it has sent so many packets, before it reads the answer to the last. Its clock may be wrong
 * by some minutes.
 */
const [url = '', shiftMs = '0'] = process.argv.slice(2)
const store = createConversationStore({ url, clock: () => new Date(Date.now() + Number(shiftMs)) })
const account = store.forAccount('acme')
const name = { kind: 'sync', key: 'page' }
let token = 0
let sent: Promise<string> | null = null
let packetsLeft = 0

for (const method of ['_write', '_writev'] as const) {
  const send: unknown = Reflect.get(Socket.prototype, method)
  if (typeof send !== 'function') throw new TypeError(`a socket has no ${method}`)
  Object.assign(Socket.prototype, {
    [method](this: Socket, ...args: unknown[]) {
      Reflect.apply(send, this, args)
      packetsLeft -= 1
      if (packetsLeft === 0) standStill()
    },
  })
}

/** Nothing else runs before the parent has stopped the process. */
function standStill(): void {
  process.send?.({})
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
}

interface Asked {
  readonly do: 'acquire' | 'write' | 'act'
  readonly round: number
  readonly ttlMs: number
  readonly packets: number
}

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
  )

const write = (round: number) => {
  const events = [{ type: 'message', messageId: `late ${round}`, text: 'too late' }] as const
  const call = { oaId: 'page', customerId: `late ${round}`, events }
  return outcome(account.upsertConversationWithEvents(call, { lease: { ...name, token } }))
}

process.on('message', async (asked: Asked) => {
  if (asked.do === 'acquire') {
    const answer = await account.acquireLease({ ...name, holder: `process ${process.pid}`, ttlMs: asked.ttlMs })
    token = answer.acquired ? answer.lease.token : 0
    process.send?.({ token })
    return
  }
  if (asked.do === 'write') {
    packetsLeft = asked.packets
    sent = write(asked.round)
    await sent
    if (packetsLeft > 0) process.send?.({})
    packetsLeft = 0
    return
  }
  const written = await (sent ?? write(asked.round))
  sent = null
  process.send?.({
    write: written,
    extend: await outcome(account.renewLease({ ...name, token, ttlMs: 60_000 })),
    release: await outcome(account.releaseLease({ ...name, token })),
  })
})
process.on('disconnect', () => void store.close())
