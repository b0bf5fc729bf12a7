import { previewCharacters } from '../../model/limits.js'

/** What a conversation shows of a message: the beginning of its text, else the kind of its first attachment, else nothing. */
export function previewOf(text: string, attachments: readonly { readonly type: string }[]): string | null {
  if (text === '') return attachments[0] === undefined ? null : `[${attachments[0].type}]`
  // Code points, so that no emoji is cut in half; a code point is at most two units.
  return text.length <= previewCharacters
    ? text
    : Array.from(text.slice(0, 2 * previewCharacters))
        .slice(0, previewCharacters)
        .join('')
}
