import type { ConversationAdapter } from '../store/adapter.js'
import { createMemoryAdapter } from './create-memory-adapter.js'
import { createMemoryDatabase } from './database.js'

/**
 * Keeps everything in this process, and loses it when the process ends. It is meant for hosts' own tests, and is the
 * model that the other adapters are checked against.
 */
export function memory(): ConversationAdapter {
  return createMemoryAdapter(createMemoryDatabase())
}
