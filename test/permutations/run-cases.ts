import type { ContractBackend } from '../../src/contract/index.js'
import { createConversationStore } from '../../src/index.js'
import { ingestWebhook } from '../../src/webhooks/index.js'
import { memoryBackend } from '../contract/memory.js'
import { type Random, seededRandom } from '../histories/random.js'
import { type WrittenChannel, writtenChannels } from './channels.js'
import { differences } from './differences.js'
import { endState } from './end-state.js'
import { type Fact, randomFacts } from './facts.js'

/** After everything that happens in a case, and the same for all calls, so that no stored time tells the order. */
const now = new Date('2026-09-02T08:00:00.000Z')

/** One way in which what happened comes to the host: what each body tells. */
type Arrival = readonly (readonly Fact[])[]

export interface Cases {
  readonly seed: number
  readonly cases: number
}

/**
 * Lets each case come in order, each thing in a body of its own, and then in another way. Returns the first case whose
 * two ends differ, as text, or nothing.
 */
export async function runCases(backend: ContractBackend, { seed, cases }: Cases): Promise<string> {
  const model = memoryBackend()
  for (let each = seed; each < seed + cases; each++) {
    const random = seededRandom(each)
    const name = random.pick(Object.keys(writtenChannels) as (keyof typeof writtenChannels)[])
    const channel = writtenChannels[name]
    const facts = randomFacts(random, new Set(channel.kinds), channel.namings)
    const arrival = randomArrival(random, facts)
    const expected = await endOf(
      model,
      channel,
      each,
      facts.map((fact) => [fact]),
      facts,
    )
    const found = await endOf(backend, channel, each, arrival, facts)
    if (differences(expected, found).length > 0) return told({ name, seed: each, facts, arrival, expected, found })
  }
  return ''
}

/** Shuffles, repeats up to a third, and puts up to five things into one body. */
function randomArrival(random: Random, facts: readonly Fact[]): Arrival {
  const rest = [...facts, ...facts.filter(() => random.chance(0.3))]
  const bodies: Fact[][] = []
  let size = 0
  while (rest.length > 0) {
    const [fact] = rest.splice(random.below(rest.length), 1)
    if (fact === undefined) break
    if (size <= 0) {
      size = 1 + random.below(5)
      bodies.push([])
    }
    bodies.at(-1)?.push(fact)
    size -= 1
  }
  return bodies
}

let runs = 0

async function endOf(
  backend: ContractBackend,
  { normalizer, channel = normalizer.channel, piece, bodies, ids }: WrittenChannel,
  seed: number,
  arrival: Arrival,
  facts: readonly Fact[],
): Promise<unknown> {
  const accountId = `account-${seed}-${++runs}`
  // An inbox of WhatsApp at Twilio is a number.
  const oaId = channel === normalizer.channel ? `inbox-${seed}-${runs}` : `whatsapp:+1${seed}000${runs}`
  const store = createConversationStore({ adapter: backend.createAdapter(), clock: () => now })
  const account = store.forAccount(accountId)
  await account.connectInbox({ oaId, channel })
  for (const body of arrival) {
    for (const each of bodies(
      body.map((fact) => piece(fact, oaId)),
      oaId,
    )) {
      const { rejected } = await ingestWebhook(store, normalizer, each, { oaId })
      if (rejected.length > 0) return { rejected }
    }
  }
  const people = [...new Set(facts.map(({ person }) => person))].toSorted()
  const state = await endState(account, backend.raw, accountId, people.flatMap(ids))
  return JSON.parse(JSON.stringify(state).replaceAll(oaId, 'inbox'))
}

function told(failed: {
  readonly name: string
  readonly seed: number
  readonly facts: readonly Fact[]
  readonly arrival: Arrival
  readonly expected: unknown
  readonly found: unknown
}): string {
  const { name, seed, facts, arrival, expected, found } = failed
  const lines = (bodies: Arrival) => bodies.map((body) => `  ${JSON.stringify(body)}`).join('\n')
  return [
    `seed ${seed}, ${name}`,
    `in order:\n${lines(facts.map((fact) => [fact]))}`,
    `as it came:\n${lines(arrival)}`,
    ...differences(expected, found),
  ].join('\n')
}
