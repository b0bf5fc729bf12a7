import type { LegacyContact, LegacyConversation, LegacyMessage } from './legacy-host.js'

/**
 * A legacy database of so many conversations: 5 % orphans, 1 % doubles, 1 % without an inbox, all of them without an
 * account, and one message id that came 800 times. `idOf` gives the ids of the conversations and of the contacts.
 *
 * Each conversation names a contact. The customers of doubles have two contacts, and each conversation names one of
 * them, or both name the first; or they have the first alone, and the later conversation names one who is not there.
 * Some orphans do that too, and some contacts are named by no conversation.
 */
export function legacyRows(count: number, idOf: (at: number) => unknown = textId) {
  const pages = Math.max(2, Math.round(count / 100))
  const integrations = Array.from({ length: pages }, (_, at) => ({ oaId: `page-${at}`, accountId: `account-${at % 7}` }))
  const start = Date.UTC(2026, 0, 1)
  const conversations = Array.from({ length: count }, (_, at): LegacyConversation => {
    const kind = at % 100
    // The conversation before has the same page and customer, so that every hundredth is its double.
    const like = kind === 99 ? at - 1 : at
    const hundred = Math.floor(at / 100)
    const common = {
      id: idOf(at),
      contactId: idOf(kind === 99 && hundred % 3 === 1 ? like : at),
      customerId: `customer-${like}`,
      status: 'open',
      lastMessageAt: new Date(start + at * 1_000),
    }
    if (kind < 5) return { ...common, oaId: `gone-${at}` }
    if (kind === 5) return hundred % 2 === 0 ? common : { ...common, oaId: null }
    return { ...common, oaId: `page-${like % pages}`, ...(kind % 2 === 0 ? { accountId: null } : {}) }
  })
  const messages = conversations.flatMap(({ id }, at): LegacyMessage[] => [
    { id: `m${at}-0`, conversationId: id, messageId: `first-${at}`, text: 'hello' },
    ...(at % 100 >= 98 ? [{ id: `m${at}-1`, conversationId: id, messageId: `shared-${at - (at % 100)}`, text: 'twice' }] : []),
  ])
  const contacts = conversations.flatMap(({ id, oaId, customerId = '' }, at): LegacyContact[] => {
    const contact = { id, oaId: oaId ?? 'gone', customerId }
    const isMissing = at % 100 === 0 || (at % 100 === 99 && Math.floor(at / 100) % 3 === 2)
    const lone = { id: `lone-${at}`, oaId: `gone-${at}`, customerId: `lone-${at}` }
    return [...(isMissing ? [] : [contact]), ...(at % 100 === 1 ? [lone] : [])]
  })
  const stormy = conversations[98]?.id
  const storm = Array.from(
    { length: 800 },
    (_, at): LegacyMessage => ({ id: `storm-${at}`, conversationId: stormy, messageId: 'storm', text: 'again' }),
  )
  return { integrations, conversations, contacts, messages: [...messages, ...storm] }
}

export function textId(at: number): string {
  return `c${String(at).padStart(8, '0')}`
}
