import type { Channel } from './records.js'

/**
 * The channels whose message ids are unique within a chat only. On Telegram two chats of one person both have a message
 * 1 (https://core.telegram.org/bots/api#message). There the exact id of a customer stays the scope of message ids, even
 * when several ids are known to be one person's.
 */
export const chatScopedChannels: readonly Channel[] = ['telegram']

export function isChatScoped(channel: Channel): boolean {
  return chatScopedChannels.includes(channel)
}

/**
 * The channels on which a username says nothing of who a customer is, so that `matchUsername` does nothing. On WhatsApp
 * a person may give their username up, and somebody else may take it.
 */
export const usernameBlindChannels: readonly Channel[] = ['whatsapp']
