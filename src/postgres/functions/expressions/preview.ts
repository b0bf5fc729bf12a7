import { previewCharacters } from '../../../model/limits.js'

/** What a conversation shows of a message: the first characters of its text, else its first attachment. */
export function previewText(text: string, attachments: string): string {
  return `coalesce(nullif(left(${text}, ${previewCharacters}), ''), '[' || (${attachments}->0->>'type') || ']')`
}

/** Whether what came at `messageAt` is shown from now on, where the latest message was that of `lastMessageAt`. */
export function isShown(messageAt: string, lastMessageAt: string): string {
  return `${messageAt} >= coalesce(${lastMessageAt}, '-infinity')`
}
