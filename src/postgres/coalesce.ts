import type { ConversationOperations, UpsertResult } from '../store/adapter.js'
import { afterDeadline, DeadlinePassed } from '../store/deadline.js'
import { answer, concernsAll, errorFor, foldedInput } from './coalescing/folded-statement.js'
import { customerOf, groupOf, type WaitingCall } from './coalescing/waiting-call.js'
import { waitingCalls } from './coalescing/waiting-calls.js'
import { unavailable } from './translate-error.js'

type Upsert = ConversationOperations['upsertConversations']

/**
 * Folds calls with one item into shared statements, of which at most `lanes` are in flight. A call that finds a free
 * lane is sent at once and by itself. Calls that find no free lane wait, without a timer. When a lane becomes free, it
 * takes its share of the waiting calls and sends them together. Calls for one customer never overtake each other: while
 * one is in flight, the customer's other calls wait for it, even if a lane is free.
 *
 * Each call keeps its own operation id, result and error. Calls with several items are not folded, and neither are
 * calls that are sent again because their reply was lost.
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
      // Callers that have just been answered often call again at once. The wait lets their calls join the lane's next
      // statement.
      setImmediate(() => {
        free += 1
        fillLanes()
      })
    })
  }

  const fillLanes = () => {
    while (free > 0) {
      // If one lane took all waiting calls, the other lanes would send the few that come meanwhile in a statement each.
      const share = Math.ceil((waiting.size + inFlight.size) / lanes)
      const calls = waiting.take(share, inFlight)
      if (calls.length === 0) return
      begin(calls)
    }
  }

  /** Answers every call except those that it returns, which have to be sent by themselves. */
  const sendTogether = async (calls: readonly WaitingCall[]): Promise<readonly WaitingCall[]> => {
    const [first, ...others] = calls
    if (first === undefined) return []
    try {
      if (others.length === 0) first.resolve(await send(first.input))
      else answer(calls, await send(foldedInput(first.input, calls)))
    } catch (error) {
      // A value in one of these calls, or a lock that one waits for, must not make the other calls fail.
      if (others.length > 0 && !concernsAll(error)) return calls.map((call) => ({ ...call, alone: true }))
      for (const call of calls) call.reject(errorFor(call, error))
    }
    return []
  }

  /** A call that waits past its deadline was never sent, and is not sent any more. */
  const leaveAtDeadline = (call: WaitingCall) => {
    const { input } = call
    return afterDeadline(input.deadline, 0, () => {
      if (waiting.remove(input)) call.reject(unavailable(new DeadlinePassed()))
    })
  }

  return (input) => {
    const [item, ...others] = input.items
    if (item === undefined || others.length > 0 || input.firstSentAt !== null) return send(input)
    let stop = () => {}
    const answered = new Promise<readonly UpsertResult[]>((resolve, reject) => {
      const customer = customerOf(input, item)
      const call = { input, item, customer, group: groupOf(input, item), alone: false, resolve, reject }
      if (free > 0 && !inFlight.has(customer) && !waiting.has(customer)) return begin([call])
      waiting.add(call)
      stop = leaveAtDeadline(call)
    })
    return answered.finally(() => stop())
  }
}
