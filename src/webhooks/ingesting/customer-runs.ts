import type { CustomerIdentity } from '../../model/identities.js'
import type { NormalizedItem } from '../normalized-webhook.js'

/** The items of one customer that are written in one step, in the order of the body. */
export interface CustomerItems {
  readonly oaId: string
  readonly customerId: string
  /** All ids by which each of the items names the customer. */
  readonly identities: readonly CustomerIdentity[]
  readonly items: readonly NormalizedItem[]
}

/** An item that names its customer. */
export type CustomerItem = NormalizedItem & { readonly customerId: string }

interface Run extends CustomerItems {
  readonly items: NormalizedItem[]
  readonly evidence: string
}

/**
 * Puts the items of each customer together, in the order of the body. A write has one set of ids as its evidence, so a
 * customer whom the body names in several ways has several runs, and no run passes another that shares an id with it.
 */
export function customerRuns(items: readonly CustomerItem[]): readonly CustomerItems[] {
  const runs: Run[] = []
  const lastOf = new Map<string, Run>()
  for (const item of items) {
    const { oaId, customerId, identities = [] } = item
    const keys = idsOf(item).map((id) => JSON.stringify([oaId, id]))
    const evidence = JSON.stringify([customerId, ...identities.map(({ id, kind }) => [kind, id])])
    const last = new Set(keys.map((key) => lastOf.get(key)))
    const [only] = last
    if (last.size === 1 && only !== undefined && only.evidence === evidence && item.event.type !== 'identity_change') {
      only.items.push(item)
      continue
    }
    const run: Run = { oaId, customerId, identities, items: [item], evidence }
    runs.push(run)
    for (const key of keys) lastOf.set(key, run)
  }
  return runs
}

/** The notices of a body count for all of it, so they are applied before its messages. */
export function noticesFirst(items: readonly CustomerItem[]): readonly CustomerItem[] {
  const isNotice = ({ event }: CustomerItem) => event.type === 'identity_change'
  return items.some(isNotice) ? [...items.filter(isNotice), ...items.filter((item) => !isNotice(item))] : items
}

function idsOf({ customerId, identities = [], event }: CustomerItem): readonly string[] {
  const changed = event.type === 'identity_change' ? [...event.previous, ...event.current] : []
  return [...new Set([customerId, ...[...identities, ...changed].map(({ id }) => id)])]
}
