import { previewCharacters } from '../../../model/limits.js'

/**
 * The text that a conversation shows of a message: the first characters of its text, or else the type of its first
 * attachment.
 */
export function previewText(text: string, attachments: string): string {
  return `coalesce(nullif(left(${text}, ${previewCharacters}), ''), '[' || (${attachments}->0->>'type') || ']')`
}

/** Whether a message of `messageAt` becomes the one that is shown, if the shown one is that of `lastMessageAt`. */
export function isShown(messageAt: string, lastMessageAt: string): string {
  return `${messageAt} >= coalesce(${lastMessageAt}, '-infinity')`
}
