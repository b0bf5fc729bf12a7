import { type Random, seededRandom } from '../../histories/random.js'

export interface FakeMessage {
  readonly id: string
  /** In seconds, as the API tells it. */
  readonly at: number
  readonly fromPage: boolean
  readonly text: string
}

export interface FakeConversation {
  readonly id: string
  readonly customerId: string
  readonly name: string
  /** The newest first. */
  readonly messages: FakeMessage[]
}

/** What a page has on the platform. The conversation that changed last stands first. */
export interface FakeInbox {
  readonly pageId: string
  readonly conversations: FakeConversation[]
  /** How many messages there are. The last part of a message's id is its number among them. */
  readonly said: number
  /** A message comes, and its conversation moves to the head of the list. Default: from either side. */
  receive(conversation: FakeConversation, from?: 'customer'): FakeMessage
  updatedAt(conversation: FakeConversation): number
}

export interface FakeInboxOptions {
  readonly seed: number
  readonly conversations: number
  /** How many messages a conversation has at most. */
  readonly messages: number
  readonly pageId?: string
  /** What is said. Default: a few letters, with the message's number. */
  readonly text?: (random: Random, fromPage: boolean) => string
}

const epoch = 1_700_000_000

export function fakeInbox({ seed, conversations, messages, pageId = '104502211834771', text }: FakeInboxOptions): FakeInbox {
  const random = seededRandom(seed)
  let now = epoch
  let written = 0
  const say = (from?: 'customer'): FakeMessage => {
    now += 1 + random.below(60)
    written += 1
    const fromPage = random.chance(0.4) && from !== 'customer'
    return { id: `m_${seed}-${written}`, at: now, fromPage, text: text?.(random, fromPage) ?? `text ${written}` }
  }
  const inbox: FakeInbox = {
    pageId,
    conversations: [],
    get said() {
      return written
    },
    receive(conversation, from) {
      const message = say(from)
      conversation.messages.unshift(message)
      const at = inbox.conversations.indexOf(conversation)
      inbox.conversations.unshift(...inbox.conversations.splice(at, 1))
      return message
    },
    updatedAt: ({ messages: all }) => all[0]?.at ?? epoch,
  }
  for (let index = 0; index < conversations; index++) {
    const count = 1 + random.below(messages)
    const all = Array.from({ length: count }, () => say()).toReversed()
    inbox.conversations.unshift({
      id: `t_${seed}-${index}`,
      customerId: `${6_048_000_000 + index}`,
      name: `Customer ${index}`,
      messages: all,
    })
  }
  return inbox
}
