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
import type { ContactTarget, MessageTarget } from './adapter.js'
import { conversationMatch } from './lists.js'

type Finds = Pick<AccountConversations, 'findConversation' | 'findByOaAndCustomer' | 'countConversations' | 'findMessage' | 'findContact'>

export function accountFinds({ accountId, dispatch, parse }: AccountContext): Finds {
  return {
    async findConversation(given, options) {
      const { conversationId } = parse(findConversationInput, given)
      const signal = readSignal(options)
      return dispatch.read(signal, (operations, bounds) => operations.findConversation({ accountId, ...bounds, conversationId }))
    },

    async findByOaAndCustomer(given, options) {
      const { oaId, customerId, status = 'active' } = parse(findByOaAndCustomerInput, given)
      const signal = readSignal(options)
      return dispatch.read(signal, (operations, bounds) =>
        operations.findByOaAndCustomer({ accountId, ...bounds, oaId, customerId, status }),
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
      return dispatch.read(signal, (operations, bounds) => operations.findMessage({ accountId, ...bounds, ...target }))
    },

    async findContact(given, options) {
      const target = contactTarget(parse(findContactInput, given))
      const signal = readSignal(options)
      return dispatch.read(signal, (operations, bounds) => operations.findContact({ accountId, ...bounds, ...target }))
    },
  }
}

type Keys<K extends string> = { readonly [P in K]?: string | undefined }

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
