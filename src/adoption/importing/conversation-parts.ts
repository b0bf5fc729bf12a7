import type { LegacyGroup } from './group-rows.js'
import { type ImportedEvent, type ImportItem, lastTimeOf } from './import-items.js'

/** How the messages of a conversation become items, however many reads bring them. */
export interface ConversationParts {
  /** Takes note of messages. All of them must be counted before the first are parted. */
  count(events: readonly ImportedEvent[]): void
  /** The next messages, parted where the unread ones begin. */
  itemsOf(events: readonly ImportedEvent[]): readonly ImportItem[]
  /** When the last of the counted messages was said. Null if none was counted. */
  lastTime(): Date | null
}

export function conversationParts(group: LegacyGroup): ConversationParts {
  const isInbound = ({ event }: ImportedEvent) => event.type === 'message' && event.direction === 'inbound'
  const [counted, passed] = [new Set<string>(), new Set<string>()]
  const idOf = ({ event, message }: ImportedEvent) => ('messageId' in event && event.messageId) || (message?.id ?? '')
  let last: Date | null = null
  return {
    count(events) {
      // A message that came twice is one.
      for (const each of events) if (isInbound(each)) counted.add(idOf(each))
      const time = lastTimeOf(events)
      if (time !== null && (last === null || time > last)) last = time
    },
    itemsOf(events) {
      const readOnes = counted.size - group.unread
      let from = 0
      while (from < events.length) {
        const each = events[from]
        if (each !== undefined && isInbound(each) && !passed.has(idOf(each))) {
          if (group.unread > 0 && passed.size >= readOnes) break
          passed.add(idOf(each))
        } else if (group.unread > 0 && passed.size > readOnes) break
        from++
      }
      const parts = [
        { group, isUnread: false, events: events.slice(0, from) },
        { group, isUnread: true, events: events.slice(from) },
      ]
      for (const each of events.slice(from)) if (isInbound(each)) passed.add(idOf(each))
      return parts.filter((part) => part.events.length > 0)
    },
    lastTime: () => last,
  }
}
