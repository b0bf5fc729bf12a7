import { previewCharacters } from '../limits.js'
import type { Message } from '../records.js'

/**
 * What a conversation shows of a message: the first characters of its text, or the type of its first attachment when it
 * has no text. Null once the message is deleted.
 */
export function messagePreview({ text, attachments, deletedAt }: Pick<Message, 'text' | 'attachments' | 'deletedAt'>): string | null {
  if (deletedAt !== null) return null
  if (text !== '') return firstCharacters(text)
  const [attachment] = attachments
  return attachment === undefined ? null : `[${attachment.type}]`
}

/** Cuts by code points, as databases count. A cut between two surrogates would leave text that databases refuse. */
function firstCharacters(text: string): string {
  // A text never has more code points than UTF-16 units.
  if (text.length <= previewCharacters) return text
  return Array.from(text.slice(0, 2 * previewCharacters))
    .slice(0, previewCharacters)
    .join('')
}
