import type { ConversationOperations } from '../store/adapter.js'
import { answer, concernsAll, errorFor, foldedInput } from './coalescing/folded-statement.js'
import { customerOf, groupOf, type WaitingCall } from './coalescing/waiting-call.js'
import { waitingCalls } from './coalescing/waiting-calls.js'

type Upsert = ConversationOperations['upsertConversations']

/**
 * Folds calls with one item into shared statements, of which at most `lanes` are in flight. A call that finds a free
 * lane goes at once, as it is; those that find none wait, without a timer, and go together when a lane frees, each lane
 * with its share of them. Calls for one customer never overtake each other: who has one in flight waits for it,
 * whatever is free.
 *
 * Each call keeps its operation id, result and error. Calls with several items, and calls that are sent again because
 * their reply was lost, pass by.
 */
export function coalesce(send: Upsert, lanes: number): Upsert {
  const waiting = waitingCalls()
  const inFlight = new Set<string>()
  let free = lanes

  const begin = (calls: readonly WaitingCall[]) => {
    free -= 1
    for (const { customer } of calls) inFlight.add(customer)
    void sendTogether(calls).then((refused) => {
      for (const { customer } of calls) inFlight.delete(customer)
      if (refused.length > 0) waiting.putBack(refused)
      // Callers that have just been answered often call again at once: they get to join what this lane takes next.
      setImmediate(() => {
        free += 1
        fillLanes()
      })
    })
  }

  const fillLanes = () => {
    while (free > 0) {
      // All for one lane would leave the others the few that come meanwhile, a statement each.
      const share = Math.ceil((waiting.size + inFlight.size) / lanes)
      const calls = waiting.take(share, inFlight)
      if (calls.length === 0) return
      begin(calls)
    }
  }

  /** Answers every call but those it returns, which are to be sent by themselves. */
  const sendTogether = async (calls: readonly WaitingCall[]): Promise<readonly WaitingCall[]> => {
    const [first, ...others] = calls
    if (first === undefined) return []
    try {
      if (others.length === 0) first.resolve(await send(first.input))
      else answer(calls, await send(foldedInput(first.input, calls)))
    } catch (error) {
      // What one of them carries, or waits for, must not fail its neighbours.
      if (others.length > 0 && !concernsAll(error)) return calls.map((call) => ({ ...call, alone: true }))
      for (const call of calls) call.reject(errorFor(call, error))
    }
    return []
  }

  return (input) => {
    const [item, ...others] = input.items
    if (item === undefined || others.length > 0 || input.resentAfter !== null) return send(input)
    return new Promise((resolve, reject) => {
      const customer = customerOf(input, item)
      const call = { input, item, customer, group: groupOf(input, item), alone: false, resolve, reject }
      if (free > 0 && !inFlight.has(customer) && !waiting.has(customer)) begin([call])
      else waiting.add(call)
    })
  }
}
