import type { FakeConversation, FakeInbox, FakeMessage } from './fake-inbox.js'

/** What the API is asked: whose list, from where on, and how much of it. */
export interface AskedList {
  readonly owner: string
  readonly edge: string
  readonly after: string | null
  readonly limit: number
  /** How many messages come with each conversation. */
  readonly messages: number
  readonly host: string
  readonly token: string
}

export interface ListAnswer {
  readonly data: readonly unknown[]
  readonly paging?: { readonly cursors: { readonly before: string; readonly after: string }; readonly next?: string }
}

/** The list of conversations from a cursor on. Cursors name a place in time, so they stay where the list moves. */
export function conversationsAnswer(inbox: FakeInbox, asked: AskedList): ListAnswer {
  const [at, id] = asked.after === null ? [] : readCursor(asked.after)
  const remaining = inbox.conversations.filter((conversation) => at === undefined || isAfter(inbox, conversation, at, id ?? ''))
  const page = remaining.slice(0, asked.limit)
  const last = page.at(-1)
  return {
    data: page.map((conversation) => conversationItem(inbox, conversation, asked)),
    ...(last !== undefined && { paging: pagingTo(asked, cursor(inbox.updatedAt(last), last.id), remaining.length > page.length) }),
  }
}

export function messagesAnswer(inbox: FakeInbox, conversation: FakeConversation, asked: AskedList): ListAnswer {
  const from = asked.after === null ? 0 : conversation.messages.findIndex(({ id }) => id === readCursor(asked.after ?? '')[1]) + 1
  const page = conversation.messages.slice(from, from + asked.limit)
  const last = page.at(-1)
  return {
    data: page.map((message) => messageItem(inbox, conversation, message)),
    ...(last !== undefined && { paging: pagingTo(asked, cursor(last.at, last.id), conversation.messages.length > from + page.length) }),
  }
}

/** The cursor that stands where another one does, and is another text. */
export function sameCursorAgain(after: string): string {
  const [at = 0, id = ''] = readCursor(after)
  return cursor(at, `${id}`, 'again')
}

function conversationItem(inbox: FakeInbox, conversation: FakeConversation, asked: AskedList): unknown {
  const nested = { ...asked, owner: conversation.id, edge: 'messages', after: null, limit: asked.messages }
  return {
    id: conversation.id,
    updated_time: timeText(inbox.updatedAt(conversation)),
    participants: { data: [customerOf(conversation), pageOf(inbox)] },
    messages: messagesAnswer(inbox, conversation, nested),
  }
}

function messageItem(inbox: FakeInbox, conversation: FakeConversation, message: FakeMessage): unknown {
  const [page, customer] = [pageOf(inbox), customerOf(conversation)]
  return {
    id: message.id,
    created_time: timeText(message.at),
    from: message.fromPage ? page : customer,
    to: { data: [message.fromPage ? customer : page] },
    message: message.text,
  }
}

function customerOf({ customerId, name }: FakeConversation) {
  return { name, email: `${customerId}@facebook.com`, id: customerId }
}

function pageOf({ pageId }: FakeInbox) {
  return { name: 'Shop Demo', email: `${pageId}@facebook.com`, id: pageId }
}

function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', '+0000')
}

/** As the API does it, the link to the next page has the token. */
function pagingTo({ owner, edge, host, token }: AskedList, after: string, more: boolean) {
  const cursors = { before: after, after }
  return { cursors, ...(more && { next: `https://${host}/v24.0/${owner}/${edge}?access_token=${token}&after=${after}` }) }
}

function cursor(at: number, id: string, salt = ''): string {
  return Buffer.from(`${at}|${id}|${salt}`).toString('base64url')
}

function readCursor(after: string): readonly [at: number, id: string] {
  const [at = '', id = ''] = Buffer.from(after, 'base64url').toString('utf8').split('|')
  return [Number(at), id]
}

function isAfter(inbox: FakeInbox, conversation: FakeConversation, at: number, id: string): boolean {
  const updatedAt = inbox.updatedAt(conversation)
  return updatedAt < at || (updatedAt === at && conversation.id < id)
}
