import { grouped } from '../grouped.js'
import { headsOf } from '../heads.js'
import { itemsOf } from '../items.js'
import type { AccountRows, ConversationColumns, MessageColumns, Violation, World } from '../world.js'

/** What a conversation says of its messages and events is what they say. */
export function counterRules({ operations, accounts }: World): readonly Violation[] {
  const folds = grouped(
    operations.flatMap(itemsOf).filter(({ events }) => events.some(({ type }) => type === 'message_sent')),
    ({ operation, input }) => `${operation.accountId} ${input.oaId} ${input.customerId}`,
  )
  return accounts.flatMap((rows) => {
    const messages = grouped(rows.messages, ({ conversation_id }) => conversation_id)
    const events = grouped(rows.events, ({ conversation_id }) => conversation_id)
    const foldsOf = foldsByContactInbox(rows, folds)
    return rows.conversations.flatMap((row) => {
      const own = [...(messages.get(row.id) ?? [])].sort((a, b) => a.seq - b.seq)
      const folded = foldsOf(row.contact_inbox_id)
      const told = [
        ...wrongSeqs(row, own, folded),
        ...wrongEventSeqs(row, events.get(row.id)?.map(({ event_seq }) => Number(event_seq)) ?? []),
        ...wrongUnread(row, own),
        // The time of the last message stays when a fold takes that message away.
        ...(folded > 0 ? [] : wrongLast(row, own)),
      ]
      return told.map(([rule, text]): Violation => ({ rule, told: `${row.id} of ${row.account_id}: ${text}`, witness: [] }))
    })
  })
}

type Wrong = readonly (readonly [rule: string, told: string])[]

/** How many folds there can have been among the messages of a customer and all its aliases. */
function foldsByContactInbox(
  { accountId, contactInboxes }: AccountRows,
  folds: ReadonlyMap<string, readonly unknown[]>,
): (contactInboxId: string) => number {
  const heads = headsOf({ contactInboxes })
  const ofPerson = grouped(contactInboxes, ({ id }) => heads.get(id))
  const count = (row: (typeof contactInboxes)[number]) => folds.get(`${accountId} ${row.oa_id} ${row.customer_id}`)?.length ?? 0
  return (id) => (ofPerson.get(heads.get(id)) ?? []).reduce((sum, row) => sum + count(row), 0)
}

/** No seq is there twice, and there are no more holes than folds. */
function wrongSeqs({ last_seq }: ConversationColumns, messages: readonly MessageColumns[], folds: number): Wrong {
  const seqs = messages.map(({ seq }) => seq)
  const isSound = new Set(seqs).size === seqs.length && seqs.every((seq) => seq >= 1 && seq <= last_seq)
  if (isSound && last_seq - seqs.length <= folds) return []
  return [['the seqs have no hole', `lastSeq ${last_seq}, seqs ${seqs.join(' ')}, at most ${folds} folds`]]
}

function wrongEventSeqs({ last_event_seq }: ConversationColumns, seqs: readonly number[]): Wrong {
  const isWhole =
    seqs.length === last_event_seq && new Set(seqs).size === seqs.length && seqs.every((seq) => seq >= 1 && seq <= last_event_seq)
  return isWhole
    ? []
    : [['the eventSeqs have no hole', `lastEventSeq ${last_event_seq}, eventSeqs ${[...seqs].sort((a, b) => a - b).join(' ')}`]]
}

function wrongUnread({ unread_count, read_seq }: ConversationColumns, messages: readonly MessageColumns[]): Wrong {
  const unread = messages.filter(({ direction, seq }) => direction === 'inbound' && seq > read_seq).length
  return unread === unread_count
    ? []
    : [['unread is exact', `unreadCount ${unread_count}, and ${unread} inbound messages after ${read_seq}`]]
}

function wrongLast(row: ConversationColumns, messages: readonly MessageColumns[]): Wrong {
  const latest = Math.max(...messages.map(({ occurred_at }) => occurred_at.getTime()))
  if (messages.length === 0) return row.last_message_at === null ? [] : [['the latest message is shown', 'there is none']]
  const shown = messages.find(({ id }) => id === row.last_message_row_id)
  if (row.last_message_at?.getTime() !== latest || shown?.occurred_at.getTime() !== latest) {
    return [
      [
        'the latest message is shown',
        `lastMessageAt ${row.last_message_at?.toISOString()}, and the latest is of ${new Date(latest).toISOString()}`,
      ],
    ]
  }
  const preview = shown.text === '' ? null : shown.text.slice(0, 160)
  return preview === row.last_message_preview ? [] : [['the preview is the latest message', `${row.last_message_preview} for ${preview}`]]
}
