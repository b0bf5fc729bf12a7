import type {
  HistoryConversation,
  HistoryPage,
  HistorySource,
  LeftOut,
} from 'conversation-store/sync'

/**
 * Reads an export with the columns `customer,id,time,direction,text`. The cursor is the number of the line to go on at,
 * so the file must not change between two readings.
 */
export function csvHistory(csv: string, linesAtOnce = 500): HistorySource {
  const lines = csv.split('\n').filter((line) => line.trim() !== '')
  return {
    name: 'csv',
    order: 'none',
    async *pages({ cursor, signal }) {
      for (let at = cursor === null ? 1 : Number(cursor); ; at += linesAtOnce) {
        signal?.throwIfAborted()
        const next = at + linesAtOnce < lines.length ? String(at + linesAtOnce) : null
        yield pageOf(lines.slice(at, at + linesAtOnce), at, next)
        if (next === null) return
      }
    },
  }
}

function pageOf(lines: readonly string[], firstLine: number, cursor: string | null): HistoryPage {
  const conversations = new Map<
    string,
    HistoryConversation & { events: HistoryConversation['events'][number][] }
  >()
  const invalid: LeftOut[] = []
  lines.forEach((line, index) => {
    const [customerId = '', messageId = '', time = '', direction = '', ...text] = line.split(',')
    const occurredAt = new Date(time)
    const leaveOut = (reason: string) =>
      invalid.push({ what: 'message', path: `line ${firstLine + index}`, reason, count: 1 })
    if (customerId === '' || messageId === '') leaveOut('customer or id is missing')
    else if (Number.isNaN(occurredAt.getTime())) leaveOut('time is not a time')
    else if (direction !== 'inbound' && direction !== 'outbound')
      leaveOut('direction is neither inbound nor outbound')
    else {
      const conversation = conversations.get(customerId) ?? {
        customerId,
        updatedAt: null,
        events: [],
      }
      conversation.events.push({
        type: 'message',
        messageId,
        direction,
        occurredAt,
        text: text.join(','),
      })
      conversations.set(customerId, conversation)
    }
  })
  return { conversations: [...conversations.values()], cursor, invalid, unreadable: [] }
}
