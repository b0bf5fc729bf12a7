import type { Json, JsonObject } from '../json.js'
import { limits } from '../limits.js'
import type { Attachment } from '../records.js'
import type { StampedAttachments } from '../stamped-events.js'
import { replaceContent } from './apply-edit.js'
import type { WritePlan } from './item-plan.js'
import type { MessageRow } from './rows.js'

/** What an event of late files keeps once it is applied. */
export interface AttachmentsTaken {
  readonly added: number
  /** How many more there were than a message may have. */
  readonly leftOut: number
}

/** What such an event keeps while it waits for its message. */
export function pendingAttachments({ text, attachments }: StampedAttachments): JsonObject {
  return { text, attachments: attachments.map(({ type, url, name, payload }) => ({ type, url, name, payload })) }
}

/** Adds files to a message that does not have them yet. A text fills only an empty one that was never edited. */
export function applyAttachments(plan: WritePlan, row: MessageRow, pending: JsonObject | null): AttachmentsTaken {
  if (row.deletedAt !== null) return { added: 0, leftOut: 0 }
  const all = [...row.attachments]
  for (const each of attachmentsIn(pending?.attachments)) if (!all.some((kept) => isSame(kept, each))) all.push(each)
  const attachments = all.slice(0, limits.attachments)
  const caption = typeof pending?.text === 'string' ? pending.text : ''
  const text = row.text === '' && row.editedAt === null ? caption : row.text
  const added = attachments.length - row.attachments.length
  if (added > 0 || text !== row.text) replaceContent(plan, { ...row, text, attachments })
  return { added, leftOut: all.length - attachments.length }
}

/** A channel sends a file again with the same URL, or with a new one and the same id. */
function isSame(a: Attachment, b: Attachment): boolean {
  return (a.url !== null && a.url !== '' && a.url === b.url) || (idOf(a) !== null && idOf(a) === idOf(b))
}

function idOf({ payload }: Attachment): string | number | null {
  const id = payload?.id
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

function attachmentsIn(list: Json | undefined): readonly Attachment[] {
  return Array.isArray(list) ? (list as readonly unknown[] as readonly Attachment[]) : []
}
