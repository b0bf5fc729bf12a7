import { ConversationStoreError } from '../model/errors.js'
import type { ConversationAdapter, ConversationOperations } from '../store/adapter.js'
import type { MemoryDatabase } from './database.js'
import { closeConversation } from './operations/close-conversation.js'
import { connectInbox } from './operations/connect-inbox.js'
import { countConversations } from './operations/count-conversations.js'
import { disconnectInbox } from './operations/disconnect-inbox.js'
import { findByOaAndCustomer } from './operations/find-by-oa-and-customer.js'
import { findContact } from './operations/find-contact.js'
import { findConversation } from './operations/find-conversation.js'
import { findInboxOwner } from './operations/find-inbox-owner.js'
import { findMessage } from './operations/find-message.js'
import { listConversations } from './operations/list-conversations.js'
import { listEvents } from './operations/list-events.js'
import { listInboxes } from './operations/list-inboxes.js'
import { listMessages } from './operations/list-messages.js'
import { markRead } from './operations/mark-read.js'
import { reopenConversation } from './operations/reopen-conversation.js'
import { snoozeConversation } from './operations/snooze-conversation.js'
import { sweep } from './operations/sweep.js'
import { updateContact } from './operations/update-contact.js'
import { updateConversation } from './operations/update-conversation.js'
import { upsertConversations } from './operations/upsert-conversations.js'
import { wakeDue } from './operations/wake-due.js'

/** Nothing is ever migrated. The number exists for hosts that compare it. */
const schema = 1

/**
 * Creates an adapter on a database of this process. Every call is complete before it returns its promise, so calls take
 * effect in the order in which they are made.
 */
export function createMemoryAdapter(database: MemoryDatabase): ConversationAdapter {
  const operations: ConversationOperations = {
    upsertConversations: async (input) => upsertConversations(database, input),
    updateConversation: async (input) => updateConversation(database, input),
    closeConversation: async (input) => closeConversation(database, input),
    snoozeConversation: async (input) => snoozeConversation(database, input),
    reopenConversation: async (input) => reopenConversation(database, input),
    markRead: async (input) => markRead(database, input),
    wakeDue: async (input) => wakeDue(database, input),
    sweep: async (input) => sweep(database, input),
    findConversation: async (input) => findConversation(database, input),
    findByOaAndCustomer: async (input) => findByOaAndCustomer(database, input),
    listConversations: async (input) => listConversations(database, input),
    countConversations: async (input) => countConversations(database, input),
    findMessage: async (input) => findMessage(database, input),
    listMessages: async (input) => listMessages(database, input),
    listEvents: async (input) => listEvents(database, input),
    findContact: async (input) => findContact(database, input),
    updateContact: async (input) => updateContact(database, input),
    connectInbox: async (input) => connectInbox(database, input),
    disconnectInbox: async (input) => disconnectInbox(database, input),
    listInboxes: async (input) => listInboxes(database, input),
    findInboxOwner: async (input) => findInboxOwner(database, input),
  }
  return {
    name: 'memory',
    operations,
    using() {
      throw new ConversationStoreError('UNSUPPORTED', { operation: 'using(tx)', needs: 'PostgreSQL or MongoDB' })
    },
    migrate: async () => ({ applied: [], schema }),
    checkSchema: async () => ({ ok: true, schema, missing: [], different: [] }),
    close: async () => {},
  }
}
