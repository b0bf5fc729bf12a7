import { limits, rememberedOperations } from '../../model/limits.js'
import type { WaitingCall } from './waiting-call.js'

/**
 * The calls that wait for a lane, by customer. The customers are in the order of their turns, and the calls of each
 * customer are in the order in which they came.
 */
export interface WaitingCalls {
  /** The number of customers that have waiting calls. */
  readonly size: number
  has(customer: string): boolean
  add(call: WaitingCall): void
  /** Takes out a call that nobody waits for any more. False if it was taken for a statement before. */
  remove(input: WaitingCall['input']): boolean
  /** Puts calls back in front of all other calls. */
  putBack(calls: readonly WaitingCall[]): void
  /**
   * Takes the calls of the next statement: those of the customer who has waited longest, and the calls of other
   * customers that can join them. It takes calls of at most `customers` customers and of none that is `busy`. It
   * returns an empty list when all of them are busy.
   */
  take(customers: number, busy: { has(customer: string): boolean }): readonly WaitingCall[]
}

/**
 * A statement holds at most as many calls of one customer as a conversation remembers operations. When the reply of the
 * statement is lost, each of these calls is still recognised when it is sent again.
 */
const mostOfOneCustomer = rememberedOperations

export function waitingCalls(): WaitingCalls {
  let waiting = new Map<string, WaitingCall[]>()

  return {
    get size() {
      return waiting.size
    },
    has: (customer) => waiting.has(customer),
    add: (call) => append(waiting, call),
    remove(input) {
      for (const [customer, calls] of waiting) {
        const index = calls.findIndex((call) => call.input === input)
        if (index === -1) continue
        calls.splice(index, 1)
        if (calls.length === 0) waiting.delete(customer)
        return true
      }
      return false
    },
    putBack(calls) {
      const before = waiting
      waiting = new Map()
      for (const call of calls) append(waiting, call)
      for (const later of before.values()) for (const call of later) append(waiting, call)
    },
    take(customers, busy) {
      const fold = emptyFold()
      const turns: { readonly customer: string; readonly later: WaitingCall[] }[] = []
      for (const [customer, calls] of waiting) {
        if (fold.isFull || turns.length === customers) break
        if (busy.has(customer)) continue
        const taken = fold.add(calls)
        if (taken > 0) turns.push({ customer, later: calls.splice(taken) })
      }
      for (const { customer, later } of turns) {
        // A customer with more waiting calls has had a turn now, so the next turn comes after those of the others.
        waiting.delete(customer)
        if (later.length > 0) waiting.set(customer, later)
      }
      return fold.calls
    },
  }
}

function append(waiting: Map<string, WaitingCall[]>, call: WaitingCall): void {
  const calls = waiting.get(call.customer)
  if (calls) calls.push(call)
  else waiting.set(call.customer, [call])
}

interface Fold {
  readonly calls: readonly WaitingCall[]
  readonly isFull: boolean
  /**
   * Takes as many of one customer's calls, from the first on, as fit in with the calls taken so far. Returns how many
   * it took.
   */
  add(calls: readonly WaitingCall[]): number
}

function emptyFold(): Fold {
  const folded: WaitingCall[] = []
  let events = 0
  let bytes = 0
  let isFull = false

  const mayJoin = ({ alone, group }: WaitingCall) => folded[0] === undefined || (!alone && group === folded[0].group)
  const fits = ({ item }: WaitingCall) => {
    events += item.events.length
    bytes += Buffer.byteLength(JSON.stringify(item))
    return folded.length === 0 || (events <= limits.batchEvents && bytes <= limits.batchBytes)
  }
  return {
    calls: folded,
    get isFull() {
      return isFull
    },
    add(calls) {
      const before = folded.length
      for (const call of calls.slice(0, mostOfOneCustomer)) {
        if (!mayJoin(call)) break
        isFull = !fits(call)
        if (isFull) break
        folded.push(call)
        isFull = call.alone || folded.length === limits.batchConversations
        if (isFull) break
      }
      return folded.length - before
    },
  }
}
