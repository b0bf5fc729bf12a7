import type { HistoryCounts } from '../../model/patches.js'
import type { CustomerWrite } from './write-customers.js'

interface Growing {
  readonly people: Set<string>
  created: number
  messages: number
  duplicates: number
}

/** Counts what a body brought of the history of each inbox, by what became of it. */
export function broughtHistory() {
  const inboxes = new Map<string, Growing>()
  const add = (write: CustomerWrite): void => {
    if ('rejected' in write) return
    const { oaId, customerId, items } = write.customer
    if (!items.some(({ history }) => history === true)) return
    const counts = inboxes.get(oaId) ?? { people: new Set(), created: 0, messages: 0, duplicates: 0 }
    inboxes.set(oaId, counts)
    counts.people.add(customerId)
    if (write.result.outcome === 'created') counts.created += 1
    write.result.events.forEach(({ outcome }, index) => {
      const item = items[index]
      if (item?.history !== true) return
      if (outcome === 'duplicate' || outcome === 'live') counts.duplicates += 1
      else if (outcome === 'stored' && item.event.type === 'message') counts.messages += 1
    })
  }
  const counts = (): ReadonlyMap<string, HistoryCounts> =>
    new Map([...inboxes].map(([oaId, { people, ...rest }]) => [oaId, { ...rest, conversations: people.size }]))
  return { add, counts }
}
