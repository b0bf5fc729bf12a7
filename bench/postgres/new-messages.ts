/** A message as a channel delivers it. */
export interface NewMessage {
  readonly messageId: string
  readonly text: string
  readonly occurredAt: Date
}

let made = 0

/** Makes messages that no table holds yet. */
export function newMessages(count: number): readonly NewMessage[] {
  const now = Date.now()
  return Array.from({ length: count }, (_, index) => {
    made += 1
    return {
      messageId: `m_${process.pid}_${now.toString(36)}_${made}`,
      text: `Could you tell me whether order ${made} has left the warehouse yet, please?`,
      occurredAt: new Date(now - count + index),
    }
  })
}

export const preview = (text: string) => text.slice(0, 160)
