import { foldsIn } from '../folds.js'
import { grouped } from '../grouped.js'
import type { ConversationColumns, MessageColumns, Violation, World } from '../world.js'

/** What a conversation says of its messages and events is what they say. */
export function counterRules({ operations, accounts }: World): readonly Violation[] {
  return accounts.flatMap((rows) => {
    const messages = grouped(rows.messages, ({ conversation_id }) => conversation_id)
    const events = grouped(rows.events, ({ conversation_id }) => conversation_id)
    const folds = foldsIn(rows, { operations })
    return rows.conversations.flatMap((row) => {
      const own = [...(messages.get(row.id) ?? [])].sort((a, b) => a.seq - b.seq)
      const folded = folds.messages(row.contact_inbox_id)
      const told = [
        ...wrongSeqs(row, own, folded),
        ...wrongEventSeqs(row, events.get(row.id)?.map(({ event_seq }) => Number(event_seq)) ?? [], folds.copies(row.contact_inbox_id)),
        ...wrongUnread(row, own),
        // The time of the last message stays when a fold takes that message away.
        ...(folded > 0 ? [] : wrongLast(row, own)),
      ]
      return told.map(([rule, text]): Violation => ({ rule, told: `${row.id} of ${row.account_id}: ${text}`, witness: [] }))
    })
  })
}

type Wrong = readonly (readonly [rule: string, told: string])[]

/** No seq is there twice, and there are no more holes than folds. */
function wrongSeqs({ last_seq }: ConversationColumns, messages: readonly MessageColumns[], folds: number): Wrong {
  const seqs = messages.map(({ seq }) => seq)
  const isSound = new Set(seqs).size === seqs.length && seqs.every((seq) => seq >= 1 && seq <= last_seq)
  if (isSound && last_seq - seqs.length <= folds) return []
  return [['the seqs have no hole', `lastSeq ${last_seq}, seqs ${seqs.join(' ')}, at most ${folds} folds`]]
}

/** No eventSeq is there twice, and there are no more holes than copies that were folded. */
function wrongEventSeqs({ last_event_seq }: ConversationColumns, seqs: readonly number[], copies: number): Wrong {
  const isSound = new Set(seqs).size === seqs.length && seqs.every((seq) => seq >= 1 && seq <= last_event_seq)
  const isWhole = isSound && last_event_seq - seqs.length <= copies
  return isWhole
    ? []
    : [['the eventSeqs have no hole', `lastEventSeq ${last_event_seq}, eventSeqs ${[...seqs].sort((a, b) => a - b).join(' ')}`]]
}

function wrongUnread({ unread_count, read_seq }: ConversationColumns, messages: readonly MessageColumns[]): Wrong {
  const unread = messages.filter(({ direction, seq, is_silent }) => direction === 'inbound' && !is_silent && seq > read_seq).length
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
