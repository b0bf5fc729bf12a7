import type { Patch } from '../patches.js'
import type { ContactRow, ConversationRow } from './rows.js'

/** The conversation with the patch applied. A field that is left out keeps its value; null clears it. */
export function withPatch(row: ConversationRow, patch: Patch): ConversationRow {
  const { nickname, customerName, customerUsername, chatbotId, metadata } = patch
  return {
    ...row,
    ...(nickname === undefined ? {} : { nickname }),
    ...(customerName === undefined ? {} : { customerName }),
    ...(customerUsername === undefined ? {} : { customerUsername }),
    ...(chatbotId === undefined ? {} : { chatbotId }),
    ...(metadata === undefined ? {} : { metadata }),
  }
}

/** The contact with the name that its channel gives. Null when that changes nothing, or when a person typed a name. */
export function withChannelName(row: ContactRow, { customerName }: Patch, now: Date): ContactRow | null {
  if (typeof customerName !== 'string' || row.nameSource === 'person' || row.name === customerName) return null
  return { ...row, name: customerName, nameSource: 'channel', updatedAt: now }
}
