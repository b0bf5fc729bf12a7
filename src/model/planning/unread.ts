import type { MessageRow } from './rows.js'

/** Whether a message is unread while it lies past the read horizon. Silent history never is. */
export function countsAsUnread({ direction, isSilent }: Pick<MessageRow, 'direction' | 'isSilent'>): boolean {
  return direction === 'inbound' && !isSilent
}

/** How much the unread count of a message's conversation owes to the message, whose read horizon is `readSeq`. */
export function unreadBy(row: Pick<MessageRow, 'direction' | 'isSilent' | 'seq'>, readSeq: number): 0 | 1 {
  return countsAsUnread(row) && row.seq > readSeq ? 1 : 0
}
