import type { ConversationOperations } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { closeConversation } from './close-conversation.js'
import { connectInbox } from './connect-inbox.js'
import { countConversations } from './count-conversations.js'
import { disconnectInbox } from './disconnect-inbox.js'
import { findByOaAndCustomer } from './find-by-oa-and-customer.js'
import { findContact } from './find-contact.js'
import { findConversation } from './find-conversation.js'
import { findInboxOwner } from './find-inbox-owner.js'
import { findMessage } from './find-message.js'
import { listConversations } from './list-conversations.js'
import { listEvents } from './list-events.js'
import { listInboxes } from './list-inboxes.js'
import { listMessages } from './list-messages.js'
import { markRead } from './mark-read.js'
import { reopenConversation } from './reopen-conversation.js'
import { snoozeConversation } from './snooze-conversation.js'
import { updateContact } from './update-contact.js'
import { updateConversation } from './update-conversation.js'
import { upsertConversations } from './upsert-conversations.js'
import { wakeDue } from './wake-due.js'

/** The verbs of the port, each bound to a connection or to the host's transaction. */
export function createOperations(context: PostgresContext): ConversationOperations {
  return {
    upsertConversations: (input) => upsertConversations(context, input),
    updateConversation: (input) => updateConversation(context, input),
    closeConversation: (input) => closeConversation(context, input),
    snoozeConversation: (input) => snoozeConversation(context, input),
    reopenConversation: (input) => reopenConversation(context, input),
    markRead: (input) => markRead(context, input),
    wakeDue: (input) => wakeDue(context, input),
    findConversation: (input) => findConversation(context, input),
    findByOaAndCustomer: (input) => findByOaAndCustomer(context, input),
    listConversations: (input) => listConversations(context, input),
    countConversations: (input) => countConversations(context, input),
    findMessage: (input) => findMessage(context, input),
    listMessages: (input) => listMessages(context, input),
    listEvents: (input) => listEvents(context, input),
    findContact: (input) => findContact(context, input),
    updateContact: (input) => updateContact(context, input),
    connectInbox: (input) => connectInbox(context, input),
    disconnectInbox: (input) => disconnectInbox(context, input),
    listInboxes: (input) => listInboxes(context, input),
    findInboxOwner: (input) => findInboxOwner(context, input),
  }
}
