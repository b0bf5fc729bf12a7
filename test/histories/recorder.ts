import { AsyncLocalStorage } from 'node:async_hooks'
import { interceptedAdapter } from '../../src/contract/intercepted-adapter.js'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'
import { type ConversationStore, createConversationStore } from '../../src/store/create-conversation-store.js'
import { type Call, sendCall } from './call.js'
import type { Answer, Invocation, ToldError } from './history.js'

/** Makes calls and writes down what was asked and what was answered. */
export interface Recorder {
  /** Returns the result, or undefined when the call failed. */
  call(op: string, accountId: string, call: Call): Promise<unknown>
  close(): Promise<void>
}

/**
 * Returns a recorder of calls of a store. `write` gets each line before the call goes on, so that a process which is
 * killed leaves a line for every call that may have been applied.
 */
export function createRecorder(adapter: ConversationAdapter, write: (line: string) => void): Recorder {
  const sendings = new AsyncLocalStorage<{ count: number }>()
  const counted = interceptedAdapter(adapter, ({ name, send }) => {
    const sending = sendings.getStore()
    // Whoever finds nothing looks whether the inbox redirects. That sends nothing again.
    if (sending && name !== 'findInboxRedirect') sending.count += 1
    return send()
  })
  const store: ConversationStore = createConversationStore({ adapter: counted })
  return {
    async call(op, accountId, call) {
      const invocation: Invocation = { op, accountId, ...call, at: now() }
      write(JSON.stringify(invocation))
      const sending = { count: 0 }
      const answer = (what: Pick<Answer, 'result' | 'error'>) =>
        write(JSON.stringify({ answerTo: op, at: now(), sent: sending.count, ...what } satisfies Answer, withErrors))
      try {
        const result = await sendings.run(sending, () => sendCall(store, accountId, call))
        answer({ result })
        return result
      } catch (error) {
        answer({ error: toldError(error) })
        return undefined
      }
    },
    close: () => store.close(),
  }
}

/** Microseconds of the machine's monotonic clock, which all processes share. */
function now(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

function toldError(error: unknown): ToldError {
  if (isConversationStoreError(error)) return { code: error.code, outcome: error.outcome, details: error.details }
  const raw = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: null, outcome: 'unknown', details: null, raw }
}

/** The errors of a bulk's items are results, and their `toJSON` leaves out the outcome. */
function withErrors(this: unknown, key: string, value: unknown): unknown {
  const original: unknown = Reflect.get(Object(this), key)
  return original instanceof Error ? toldError(original) : value
}
