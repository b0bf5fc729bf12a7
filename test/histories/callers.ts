import type { Conversation } from '../../src/model/records.js'
import { seededRandom } from './random.js'
import { randomCall, type Scene } from './random-calls.js'
import type { Recorder } from './recorder.js'

/** Two accounts with the same inboxes, customers and message ids. */
export const accountIds = ['acme', 'umbrella'] as const

export interface CallersOptions {
  /** The name of the process in the run. */
  readonly name: string
  readonly seed: number
  readonly calls: number
  readonly callers: number
  readonly supportsEvents: boolean
}

const callsOfGeneration = 400
const remembered = 40

/** Sends random calls from several callers at once, until all are answered. */
export async function runCallers(recorder: Recorder, { name, seed, calls, callers, supportsEvents }: CallersOptions): Promise<void> {
  const random = seededRandom(seed)
  const seen = new Map(accountIds.map((accountId) => [accountId, new Map<string, Conversation>()]))
  const kept = new Map(accountIds.map((accountId) => [accountId, new Map<string, Scene['kept'][number]>()]))
  let sent = 0
  const call = async () => {
    while (sent < calls) {
      const number = sent++
      const accountId = random.pick(accountIds)
      const known = seen.get(accountId) ?? new Map<string, Conversation>()
      const bodies = kept.get(accountId) ?? new Map<string, Scene['kept'][number]>()
      const op = `${name}.${number}`
      const generation = Math.floor(number / callsOfGeneration)
      const scene = { random, op, generation, seen: [...known.values()], kept: [...bodies.values()], supportsEvents }
      const result = await recorder.call(op, accountId, randomCall(scene))
      for (const conversation of conversationsIn(result)) {
        known.delete(conversation.id)
        known.set(conversation.id, conversation)
      }
      for (const id of [...known.keys()].slice(0, -remembered)) known.delete(id)
      for (const claim of claimsIn(result)) bodies.set(claim.id, claim)
      for (const id of [...bodies.keys()].slice(0, -remembered)) bodies.delete(id)
      // Memory answers at once. Without a turn of the loop one caller would make all calls.
      await new Promise(setImmediate)
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
}

/** The conversations that an answer shows, wherever they stand in it. */
function conversationsIn(result: unknown): readonly Conversation[] {
  if (Array.isArray(result)) return result.flatMap(conversationsIn)
  const { conversation, items, lastSeq } = Object(result)
  if (typeof lastSeq === 'number') return [result as Conversation]
  return [...(conversation ? conversationsIn(conversation) : []), ...(items ? conversationsIn(items) : [])]
}

/** The claims on kept bodies that an answer gives. */
function claimsIn(result: unknown): Scene['kept'] {
  if (Array.isArray(result)) return result.flatMap(claimsIn)
  const { id, token, receivedAt } = Object(result)
  return typeof token === 'number' && receivedAt !== undefined ? [{ id, token }] : []
}
