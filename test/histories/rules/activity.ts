import { grouped } from '../grouped.js'
import { headsOf } from '../heads.js'
import type { Operation } from '../history.js'
import { itemsOf } from '../items.js'
import { type Sighting, sightingsOf } from '../sightings.js'
import type { AccountRows, Violation, World } from '../world.js'

/** A customer has at most one active conversation, which is found, and which began after the one before. */
export function activityRules({ operations, accounts }: World): readonly Violation[] {
  const sightings = grouped(operations.flatMap(sightingsOf), ({ conversation }) => conversation.id)
  const ofAccount = grouped(operations, ({ accountId }) => accountId)
  return accounts.flatMap((rows) => {
    const own = ofAccount.get(rows.accountId) ?? []
    return [
      ...oneActive(rows, sightings),
      ...opened(rows, own, sightings),
      ...openedInOrder(rows, own, sightings),
      ...activeIsFound(own, sightings),
    ]
  })
}

type Sightings = ReadonlyMap<string, readonly Sighting[]>

function oneActive({ accountId, conversations, contactInboxes }: AccountRows, sightings: Sightings): readonly Violation[] {
  const heads = headsOf({ contactInboxes })
  const active = conversations.filter(({ status }) => status !== 'closed')
  const ofCustomer = grouped(active, ({ contact_inbox_id }) => heads.get(contact_inbox_id))
  return [...ofCustomer].flatMap(([customer, [first, second]]) => {
    if (first === undefined || second === undefined) return []
    const witness = [first, second].flatMap(({ id }) => activatorOf(sightings.get(id)))
    return [violation('a customer has one active conversation', `${first.id} and ${second.id} of ${customer} in ${accountId}`, witness)]
  })
}

/** The call that made a conversation active last. */
function activatorOf(sightings: readonly Sighting[] = []): readonly Operation[] {
  const activators = sightings.filter(({ outcome }) => outcome === 'created' || outcome === 'reopened' || outcome === 'adopted')
  const last = activators.sort((a, b) => a.conversation.version - b.conversation.version).at(-1)
  return last ? [last.operation] : []
}

/** Each conversation was opened by a call that said so, or by one of which nothing is known. */
function opened({ accountId, conversations }: AccountRows, operations: readonly Operation[], sightings: Sightings): readonly Violation[] {
  const unknown = operations.flatMap(itemsOf).filter(({ outcome, operation }) => outcome === 'unknown' || operation.sent > 1)
  const isOpened = (id: string) => sightings.get(id)?.some(({ outcome }) => outcome === 'created') ?? false
  const notOpened = conversations.filter(({ id }) => !isOpened(id)).map(({ id }) => id)
  if (notOpened.length <= unknown.length) return []
  const witness = notOpened
    .flatMap(
      (id) =>
        sightings
          .get(id)
          ?.slice(0, 1)
          .map(({ operation }) => operation) ?? [],
    )
    .slice(0, 2)
  return [violation('a conversation is opened by one call', `nobody opened ${notOpened.slice(0, 3)} in ${accountId}`, witness)]
}

export const openedInOrderRule = 'the conversation that was opened later is the later one'

/** As long as the other was not yet closed when a conversation was there, the other one is the later of the two. */
function openedInOrder({ conversations }: AccountRows, operations: readonly Operation[], sightings: Sightings): readonly Violation[] {
  const lost = operations.filter((each) => each.method === 'closeConversation' && (each.outcome === 'unknown' || each.sent > 1))
  const openings = conversations.flatMap(({ id, oa_id }) => {
    const own = sightings.get(id) ?? []
    const opening = own.find(({ outcome }) => outcome === 'created')
    if (opening === undefined || opening.operation.sent > 1) return []
    const closed = own.filter(({ conversation }) => conversation.status === 'closed').map(({ operation }) => operation)
    const mayClose = lost.filter((each) => mayBeAbout(each, id, oa_id))
    return [{ opening, closedFrom: Math.min(...[...closed, ...mayClose].map(({ invokedAt }) => invokedAt)) }]
  })
  const ofCustomer = grouped(openings, ({ opening: { operation, conversation } }) => customerKey(operation.accountId, conversation))
  return [...ofCustomer.values()].flatMap((same) =>
    same.flatMap((first) => {
      const later = same.filter((other) => other !== first && other.closedFrom > first.opening.operation.endedAt)
      const wrong = later.find((other) => key(other.opening) < key(first.opening))
      if (wrong === undefined) return []
      const told = `${key(first.opening)} was opened before ${key(wrong.opening)}`
      return [violation(openedInOrderRule, told, [first.opening.operation, wrong.opening.operation])]
    }),
  )
}

function mayBeAbout({ input }: Operation, id: string, oaId: string): boolean {
  return 'conversationId' in input ? input.conversationId === id : 'oaId' in input && input.oaId === oaId
}

const key = ({ conversation }: Sighting) => `${conversation.createdAt} ${conversation.id}`

/** The customer of a conversation that nobody has closed has an active one. */
function activeIsFound(operations: readonly Operation[], sightings: Sightings): readonly Violation[] {
  if (operations.some(({ method, outcome, sent }) => method === 'closeConversation' && (outcome === 'unknown' || sent > 1))) return []
  const firstSeen = new Map<string, Operation>()
  for (const own of sightings.values()) {
    if (own.some(({ conversation }) => conversation.status === 'closed')) continue
    for (const { operation, conversation } of own) {
      const customer = customerKey(operation.accountId, conversation)
      const first = firstSeen.get(customer)
      if (first === undefined || operation.endedAt < first.endedAt) firstSeen.set(customer, operation)
    }
  }
  return operations.flatMap((operation) => {
    if (operation.method !== 'findByOaAndCustomer' || operation.outcome !== 'ok' || operation.result !== null) return []
    const seen = firstSeen.get(customerKey(operation.accountId, operation.input))
    if (seen === undefined || seen.endedAt >= operation.invokedAt) return []
    return [violation('an active conversation is found', 'it was shown before, and nobody has closed it', [seen, operation])]
  })
}

function customerKey(accountId: string, { oaId, customerId }: { readonly oaId: string; readonly customerId: string }): string {
  return `${accountId} ${oaId} ${customerId}`
}

function violation(rule: string, told: string, witness: readonly Operation[]): Violation {
  return { rule, told, witness }
}
