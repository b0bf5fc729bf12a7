import { previewCharacters } from '../limits.js'
import type { Message } from '../records.js'

/**
 * What a conversation shows of a message: the first characters of its text, else its first attachment; nothing once
 * deleted.
 */
export function messagePreview({ text, attachments, deletedAt }: Pick<Message, 'text' | 'attachments' | 'deletedAt'>): string | null {
  if (deletedAt !== null) return null
  if (text !== '') return firstCharacters(text)
  const [attachment] = attachments
  return attachment === undefined ? null : `[${attachment.type}]`
}

/** By code points, as databases count: a cut between two surrogates would leave text that they refuse. */
function firstCharacters(text: string): string {
  // No longer in code points than in units.
  if (text.length <= previewCharacters) return text
  return Array.from(text.slice(0, 2 * previewCharacters))
    .slice(0, previewCharacters)
    .join('')
}
