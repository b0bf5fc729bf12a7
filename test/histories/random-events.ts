import type { EventInput } from '../../src/model/event-inputs.js'
import { type Random, weighted } from './random.js'

const messageId = (random: Random) => `m${random.below(30)}`
/** What the channel calls a reply: mostly an id of its own, and sometimes that of a message that came by itself. */
const sentId = (random: Random) => (random.chance(0.2) ? messageId(random) : `s${random.below(12)}`)
const localId = (random: Random) => `l${random.below(8)}`
/** A time of the last minute, so that times and the order of arrival differ. */
const occurredAt = (random: Random) => new Date(Date.now() - random.below(60_000))

const kinds: readonly { readonly weight: number; readonly make: (random: Random, text: string) => EventInput }[] = [
  { weight: 12, make: (random, text) => ({ type: 'message', messageId: messageId(random), text }) },
  { weight: 3, make: (random, text) => ({ type: 'message', direction: 'outbound', messageId: messageId(random), text }) },
  { weight: 3, make: (random, text) => ({ type: 'message', messageId: messageId(random), text, history: true }) },
  { weight: 3, make: (random, text) => ({ type: 'message', direction: 'outbound', localId: localId(random), text }) },
  { weight: 3, make: (random) => ({ type: 'message_sent', localId: localId(random), messageId: sentId(random) }) },
  { weight: 1, make: (random) => ({ type: 'message_failed', localId: localId(random), error: 'refused' }) },
  {
    weight: 3,
    make: (random, text) => ({ type: 'message_edit', targetMessageId: messageId(random), text, editNumber: random.below(4) }),
  },
  {
    weight: 1,
    make: (random) => ({ type: 'message_attachments', targetMessageId: messageId(random), attachments: [{ type: 'image', url: 'file' }] }),
  },
  { weight: 1, make: (random) => ({ type: 'message_delete', targetMessageId: messageId(random) }) },
  { weight: 2, make: (random) => ({ type: 'reaction', targetMessageId: messageId(random), emoji: random.pick(['❤', '👍']) }) },
  {
    weight: 3,
    make: (random) => ({
      type: 'receipt',
      status: random.pick(['sent', 'delivered', 'read', 'failed'] as const),
      messageIds: [messageId(random), sentId(random)],
    }),
  },
  {
    weight: 1,
    make: (random) => ({ type: 'receipt', status: random.pick(['delivered', 'read'] as const), watermark: occurredAt(random) }),
  },
  { weight: 2, make: (_, text) => ({ type: 'postback', payload: { text } }) },
  { weight: 1, make: (_, text) => ({ type: 'referral', payload: { text } }) },
]

/**
 * Random events of one item. The text of a message or an edit begins with the item's mark, so that the one who wrote
 * it is known.
 */
export function randomEvents(
  { random, op }: { readonly random: Random; readonly op: string },
  { item, most }: { readonly item: number; readonly most: number },
): readonly EventInput[] {
  return Array.from({ length: 1 + random.below(most) }, (_, index) => {
    const text = `${markOf({ op, item, index })}${random.chance(0.1) ? ' long'.repeat(40) : ''}`
    return { ...weighted(random, kinds).make(random, text), occurredAt: occurredAt(random) }
  })
}

/** The event that a text is from: its call, the item of the call, and the event of the item. */
export interface Mark {
  readonly op: string
  readonly item: number
  readonly index: number
}

function markOf({ op, item, index }: Mark): string {
  return `op ${op} item ${item} event ${index}.`
}

export function readMark(text: string): Mark | null {
  const [, op, item, index] = /^op (\S+) item (\d+) event (\d+)\./.exec(text) ?? []
  return op === undefined ? null : { op, item: Number(item), index: Number(index) }
}
