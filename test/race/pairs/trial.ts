import type { ContractBackend } from '../../../src/contract/index.js'
import { memoryBackend } from '../../contract/memory.js'
import type { Call, Method } from '../../histories/call.js'
import { differences } from './differences.js'
import type { PreparedState } from './prepared-states.js'
import { racingCalls, type Side } from './racing-calls.js'
import { type WorldOfTrial, worldOfTrial } from './world-of-trial.js'

/** One side of a race: a method, which of its inputs, and for which account. */
export interface Racer {
  readonly method: Method
  readonly input: number
  readonly account: string
}

export interface Trial {
  readonly state: PreparedState
  readonly a: Racer
  readonly b: Racer
  /** By how many milliseconds `b` starts after `a`; before it when negative. */
  readonly delayMs: number
}

/**
 * On MongoDB these are read a moment after the rest of a conversation, so they may be what the other call left
 * (docs/identities.md). What is stored is compared all the same.
 */
const idsOfAnswer = /^answers\.[ab]\.conversation\.(identities|recipientId)\b/

/**
 * Sends two calls at once. What they answer and what is stored must be what memory answers and stores when one call
 * comes after the other. Returns the difference in words, or null.
 */
export async function raceTwo(backend: ContractBackend, trial: Trial, run: string): Promise<string | null> {
  const { state, delayMs } = trial
  const world = await worldOfTrial(backend, state, run)
  const racing = async (side: Side, after: number) => {
    const call = callOf(world, trial, side)
    await pause(after)
    return world.send(side, trial[side].account, call)
  }
  const [a, b] = await Promise.all([racing('a', Math.max(0, -delayMs)), racing('b', Math.max(0, delayMs))])
  const seen = await world.seen({ a, b })
  const readsIdsLater = backend.name.startsWith('MongoDB')
  const orders = (await possibleOrders(trial, backend.supportsEvents)).map((order) =>
    differences(seen, order).filter((told) => !readsIdsLater || !idsOfAnswer.test(told)),
  )
  if (orders.some((order) => order.length === 0)) return null
  const told = orders.slice(0, 2).map((order, index) => `if ${index === 0 ? 'a' : 'b'} was first:\n  ${order.join('\n  ')}`)
  return `a: ${JSON.stringify(callOf(world, trial, 'a'))}\nb: ${JSON.stringify(callOf(world, trial, 'b'))}\n${told.join('\n')}`
}

/**
 * What memory makes of the two calls, in both orders. A call that wakes conversations, or takes up kept bodies, leaves
 * those to its next one that another call is writing, so it may also have found nothing to do.
 */
async function possibleOrders(trial: Trial, supportsEvents: boolean): Promise<readonly unknown[]> {
  const inOrder = async (sides: readonly Side[]): Promise<unknown> => {
    const world = await worldOfTrial({ ...memoryBackend(), supportsEvents }, trial.state, 'run')
    const answers: Record<Side, unknown> = { a: nothingFound, b: nothingFound }
    for (const side of sides) answers[side] = await world.send(side, trial[side].account, callOf(world, trial, side))
    return world.seen(answers)
  }
  const skipping = (['a', 'b'] as const).filter((side) => leavesOthers.has(trial[side].method))
  const without = skipping.map((side) => inOrder(side === 'a' ? ['b'] : ['a']))
  return [await inOrder(['a', 'b']), await inOrder(['b', 'a']), ...(await Promise.all(without))]
}

const leavesOthers: ReadonlySet<Method> = new Set(['wakeDue', 'takeWebhooks'])
/** What such a call answers when it has found nothing. */
const nothingFound: readonly unknown[] = []

function callOf({ names }: WorldOfTrial, trial: Trial, side: Side): Call {
  const { method, input } = trial[side]
  const inputs: readonly Call['input'][] = racingCalls[method].inputs(names, side)
  return { method, input: inputs[input % inputs.length] } as Call
}

/** Waits for a part of a millisecond, which a timer can't. */
async function pause(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  while (performance.now() < end) await new Promise(setImmediate)
}
