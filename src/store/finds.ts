import type { Contact, Conversation, Message } from '../model/records.js'
import { readSignal } from '../model/validation/call-options.js'
import {
  countConversationsInput,
  findByOaAndCustomerInput,
  findContactInput,
  findConversationInput,
  findMessageInput,
} from '../model/validation/read-schemas.js'
import type { AccountContext } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import type { ContactTarget, CustomerTarget, MessageTarget } from './adapter.js'
import { findRedirected } from './inbox-redirects.js'
import { conversationMatch } from './lists.js'
import { findRedirect, mostRedirects } from './redirects.js'

type Finds = Pick<AccountConversations, 'findConversation' | 'findByOaAndCustomer' | 'countConversations' | 'findMessage' | 'findContact'>

export function accountFinds(context: AccountContext): Finds {
  const { accountId, dispatch, parse } = context
  const findById = (conversationId: string, signal: AbortSignal | null) =>
    dispatch.read(signal, (operations, bounds) => operations.findConversation({ accountId, ...bounds, conversationId }))

  return {
    async findConversation(given, options) {
      const { conversationId } = parse(findConversationInput, given)
      const signal = readSignal(options)
      const found = await findById(conversationId, signal)
      if (found !== null) return found
      // It may be merged on while it is looked for.
      for (let times = 0; times < mostRedirects; times++) {
        const redirect = await findRedirect(context, conversationId, signal)
        const kept = redirect && (await findById(redirect.conversationId, signal))
        if (redirect === null) return findById(conversationId, signal)
        if (kept !== null) return { ...kept, redirectedFrom: conversationId }
      }
      return null
    },

    async findByOaAndCustomer(given, options) {
      const { oaId, customerId, status = 'active' } = parse(findByOaAndCustomerInput, given)
      const signal = readSignal(options)
      return findRedirected<CustomerTarget, Conversation>(context, { oaId, customerId }, signal, (customer) =>
        dispatch.read(signal, (operations, bounds) => operations.findByOaAndCustomer({ accountId, ...bounds, ...customer, status })),
      )
    },

    async countConversations(given = {}, options) {
      const match = conversationMatch(parse(countConversationsInput, given))
      const signal = readSignal(options)
      return dispatch.read(signal, (operations, bounds) => operations.countConversations({ accountId, ...bounds, ...match }))
    },

    async findMessage(given, options) {
      const target = messageTarget(parse(findMessageInput, given))
      const signal = readSignal(options)
      return findRedirected<MessageTarget, Message>(context, target, signal, (to) =>
        dispatch.read(signal, (operations, bounds) => operations.findMessage({ accountId, ...bounds, ...to })),
      )
    },

    async findContact(given, options) {
      const target = contactTarget(parse(findContactInput, given))
      const signal = readSignal(options)
      const contact = await findRedirected<ContactTarget, Contact>(context, target, signal, (to) =>
        dispatch.read(signal, (operations, bounds) => operations.findContact({ accountId, ...bounds, ...to })),
      )
      return contact && redirectedContact(contact, target)
    },
  }
}

type Keys<K extends string> = { readonly [P in K]?: string | undefined }

/** The contact, with the id that was named if that is another one's, which was merged into it. */
export function redirectedContact(contact: Contact, target: ContactTarget): Contact {
  const isNamed = !('contactId' in target) || target.contactId === contact.id
  return isNamed ? contact : { ...contact, redirectedFrom: target.contactId }
}

/** The schema has checked that exactly one of the forms is complete, so no default is ever used. */
function messageTarget({
  id,
  oaId = '',
  customerId = '',
  messageId,
  localId = '',
}: Keys<'id' | 'oaId' | 'customerId' | 'messageId' | 'localId'>): MessageTarget {
  if (id !== undefined) return { id }
  return messageId === undefined ? { oaId, customerId, localId } : { oaId, customerId, messageId }
}

export function contactTarget({ contactId, oaId = '', customerId = '' }: Keys<'contactId' | 'oaId' | 'customerId'>): ContactTarget {
  return contactId === undefined ? { oaId, customerId } : { contactId }
}
